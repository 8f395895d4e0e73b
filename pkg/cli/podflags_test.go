package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-shellwords"
	"github.com/spf13/cobra"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// revisionOf reads flags as run and stage do.
func revisionOf(flags ...string) (spec.Revision, error) {
	var p podFlags
	cmd := &cobra.Command{Use: "run"}
	p.addTo(cmd)
	if err := cmd.ParseFlags(flags); err != nil {
		return spec.Revision{}, usageError(err)
	}
	return p.revision("", cmd.Flags().Args())
}

// written is what each flag makes of a service, in its written form.
var written = []struct{ flags, want string }{
	{"", `{}`},
	{"-- -c true", `{"command":["-c","true"]}`},
	{"--entrypoint sh --entrypoint -c", `{"entrypoint":["sh","-c"]}`},
	{"-e B=1,2 --env A=x=y -e EMPTY", `{"environment":["B=1,2","A=x=y","EMPTY="]}`},
	{"-e 'IP=$$(self/ip)' -e 'PASS=a$$b'", `{"environment":["IP=$$(self/ip)","PASS=a$$b"]}`},
	{"-e 'IP=$(self/ip)'", `{"environment":["IP=$(self/ip)"]}`},
	{"-e LATER=1 --env-file FILE", `{"environment":["FROM=file","HERE=shell","LATER=1"]}`},
	{"-w /srv", `{"workingDir":"/srv"}`},
	{"-it", `{"stdinOpen":true,"tty":true}`},
	{"-i=false", `{"stdinOpen":false}`},
	{"--image-pull-policy not-present", `{"imagePullPolicy":"not-present"}`},
	{"-p 8080/http -p 53/udp", `{"ports":[{"port":80,"protocol":"http","targetPort":8080},{"port":53,"protocol":"udp","targetPort":53}]}`},
	{"--expose 9000:9001/grpc", `{"expose":[{"port":9000,"protocol":"grpc","targetPort":9001}]}`},
	{"--health-cmd 'test -e /ok' --health-interval 5s --health-timeout 2 --health-start-period 1m --health-retries 4 --unhealthy-retries 6",
		`{"healthcheck":{"test":["CMD-SHELL","test -e /ok"],"intervalSeconds":5,"timeoutSeconds":2,"initialDelaySeconds":60,"healthyThreshold":4,"unhealthyThreshold":6}}`},
	{"--health-url http://localhost/ping", `{"healthcheck":{"test":["http://localhost/ping"]}}`},
	{"--ready-cmd true --ready-interval 5s --ready-timeout 2s --ready-start-period 3s --ready-retries 4 --unready-retries 6",
		`{"readycheck":{"test":["CMD-SHELL","true"],"intervalSeconds":5,"timeoutSeconds":2,"initialDelaySeconds":3,"healthyThreshold":4,"unhealthyThreshold":6}}`},
	{"--ready-url tcp://localhost:80", `{"readycheck":{"test":["tcp://localhost:80"]}}`},
	{"--config app:/etc/app --config nginx.conf?:/n,mode=0440,gid=33", `{"configs":[{"source":"app","target":"/etc/app"},{"source":"nginx.conf?","target":"/n","gid":33,"mode":"0440"}]}`},
	{"--secret db --secret tls:/tls,mode=0400", `{"secrets":[{"source":"db"},{"source":"tls","target":"/tls","mode":"0400"}]}`},
	{"-v data:/data:ro -v /etc:/node:rslave -v /scratch", `{"volumes":[{"kind":"volume","source":"data","target":"/data","readonly":true},{"kind":"bind","source":"/etc","target":"/node","bind":{"propagation":"rslave"}},{"kind":"volume","target":"/scratch"}]}`},
	{"--tmpfs /tmp:size=64m,ro", `{"tmpfs":[{"path":"/tmp","sizeBytes":67108864,"readOnly":true}]}`},
	{"--volumes-from logs:ro --volume-driver fast -v /x", `{"volumes":[{"kind":"volume","target":"/x"}],"volumesFrom":["logs:ro"],"defaultVolumeDriver":"fast"}`},
	{"--device nvidia.com/gpu=2", `{"devices":[{"onHost":"nvidia.com/gpu=2"}]}`},
	{"--cpus 0.5", `{"nanoCpus":500000000}`},
	{"-m 512m --memory-limit 1g", `{"memoryReservationBytes":536870912,"memoryLimitBytes":1073741824}`},
	{"-u 1000:2000", `{"user":"1000:2000"}`},
	{"--read-only --privileged", `{"privileged":true,"readOnly":true}`},
	{"--cap-add NET_ADMIN --cap-drop ALL", `{"capAdd":["NET_ADMIN"],"capDrop":["ALL"]}`},
	{"--security-opt no-new-privileges", `{"securityOpt":["no-new-privileges"]}`},
	{"--mesh=false", `{"mesh":false}`},
	{"-l tier=front --label bare", `{"labels":{"bare":"","tier":"front"}}`},
	{"--label-file FILE", `{"labels":{"FROM":"file","HERE":""}}`},
	{"--metadata example.com/x=y", `{"metadata":{"example.com/x":"y"}}`},
	{"--sidekick 'logs=-e A=1 -m 64m fluentd -q' --sidekick 'setup=--init-container busybox sh -c \"exit 0\"'",
		`{"sidekicks":{"logs":{"image":"fluentd","command":["-q"],"environment":["A=1"],"memoryReservationBytes":67108864},"setup":{"initContainer":true,"image":"busybox","command":["sh","-c","exit 0"]}}}`},
	{"--init", `{"init":true}`},
	{"--group-add 1 --group-add 2", `{"groupAdd":["1","2"]}`},
	{"--image-pull-secret registry", `{"imagePullSecrets":["registry"]}`},
	{"--restart always", `{"restart":"always"}`},
	{"--restart unless-stopped", `{"restart":"unless-stopped"}`},
	{"--stop-timeout 25", `{"stopGracePeriod":25}`},
	{"--hostname web", `{"hostname":"web"}`},
	{"--net host --ipc host --pid host", `{"net":"host","ipc":"host","pid":"host"}`},
	{"--network default", `{"net":"default"}`},
	{"--dns 10.0.0.1 --dns host --dns-option ndots:2 --dns-search example.com", `{"dns":["10.0.0.1","host"],"dnsOptions":["ndots:2"],"dnsSearch":["example.com"]}`},
	{"--add-host db:10.0.0.5", `{"extraHosts":["db:10.0.0.5"]}`},
	{"--global", `{"global":true}`},
	{"--node n1 --node-require a=b --node-require-any c --node-preferred '!d' --scheduler mine",
		`{"scheduling":{"node":{"nodeName":"n1","requireAll":["a=b"],"requireAny":["c"],"preferred":["!d"]},"scheduler":"mine"}}`},
	{"--permission pods --permission role=view --global-permission 'get url=/healthz'",
		`{"permissions":[{"verbs":["get","list","watch"],"resource":"pods"},{"role":"view"}],"globalPermissions":[{"verbs":["get"],"url":"/healthz"}]}`},
	{"--update-order stop-first --update-strategy rolling --deployment-strategy parallel --batch-size 2",
		`{"batchSize":2,"updateOrder":"stop-first","updateStrategy":"rolling","deploymentStrategy":"parallel"}`},
}

func TestFlagsBecomeARevision(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("# what is set\nFROM=file\n\nHERE\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HERE", "shell")
	tested := ""
	for _, tc := range written {
		t.Run(tc.flags, func(t *testing.T) {
			tested += " " + tc.flags
			words, err := shellwords.Parse(strings.ReplaceAll(tc.flags, "FILE", file))
			if err != nil {
				t.Fatal(err)
			}
			got, err := revisionOf(words...)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(indented(t, tc.want), indented(t, string(raw))); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, f := range podTable() {
		if !strings.Contains(tested, " --"+f.name) && (f.short == "" || !strings.Contains(tested, " -"+f.short)) && !slices.Contains([]string{"tty", "network"}, f.name) {
			t.Errorf("no line of this test has --%s", f.name)
		}
		if f.kind != toggle && !strings.Contains(f.usage, "`") || f.group == "" {
			t.Errorf("--%s: its usage shows no form of the value, or it has no group", f.name)
		}
	}
}

func indented(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestBadPodFlagsNameValueAndRule(t *testing.T) {
	for _, tc := range []struct{ flag, value, want string }{
		{"image-pull-policy", "sometimes", `invalid --image-pull-policy "sometimes": want always, never or not-present`},
		{"publish", "http", `"http" is not a port number`},
		{"publish", "65536/http", `"65536" is not a port number`},
		{"expose", "80/ftp", `protocol "ftp", want one of http, http2, grpc, https, tcp, udp`},
		{"env", "=x", `invalid --env "=x"`},
		{"env", "A=x-$(self/ip)", `invalid --env "A=x-$(self/ip)": $(self/ip) is filled in as a whole value only; give it a variable of its own, X=$(self/ip), and write $(X) here`},
		{"env", "A=$(self/labels)", `$(self/labels) is not known of a pod; want self/ with hostIp, ip, name`},
		{"env", "A=$(limits/disk)", `$(limits/disk) is no resource; want limits/ or requests/ and cpu, memory or ephemeral-storage, for example $(limits/cpu)`},
		{"env", "A=$(logs/limit/cpu)", `$(logs/limit/cpu) is no resource; want limits/ or requests/ and`},
		{"env", "A=$(logs/memory)", `$(logs/memory) is no resource; want limits/ or requests/ and`},
		{"env", "A=$(self/)", `$(self/) is not known of a pod; want self/ with hostIp, ip, name`},
		{"env", "A=$$$(self/ip)", `$(self/ip) is filled in as a whole value only`},
		{"env", "A=$(secret/A_B)", `$(secret/A_B) names no secret`},
		{"env-file", "/nowhere", `invalid --env-file "/nowhere": open /nowhere`},
		{"label", "a b=c", `invalid --label "a b=c"`},
		{"label", "app=other", `kubectl rio finds the pods by "app"; choose another key`},
		{"label", "rio.cattle.io/x=y", `kubectl rio finds the pods by "rio.cattle.io/x"`},
		{"label", "sidecar.istio.io/inject=true", `whether there is a sidecar is for --mesh to say`},
		{"metadata", "rio.cattle.io/x=y", `"rio.cattle.io/x" is kubectl rio's to write`},
		{"config", "app", `invalid --config "app": the target is missing; want NAME:TARGET`},
		{"secret", "db,mode=rw", `invalid --secret "db,mode=rw": mode "rw", want octal digits up to 0777`},
		{"volume", "data", `invalid --volume "data": target "data" is not an absolute path in the container`},
		{"tmpfs", "tmp", `invalid --tmpfs "tmp": "tmp" is not an absolute path in the container`},
		{"device", "/dev/fuse", `invalid --device "/dev/fuse": "/dev/fuse" is a path, and Kubernetes gives a pod devices by the name that a device plugin offers them under`},
		{"cpus", "many", `invalid --cpus "many": want a number of CPUs`},
		{"cpus", "-1", `invalid --cpus "-1"`},
		{"memory", "1x", `invalid --memory "1x": want bytes or a number with b, k, m or g`},
		{"workdir", "srv", `invalid --workdir "srv": want a path from the root`},
		{"user", "www-data", `invalid --user "www-data": a name is not looked up in the image by Kubernetes, which takes numbers; want UID[:GID]`},
		{"user", "4294967296", `invalid --user "4294967296": Kubernetes takes numbers from 0 to 2147483647; want UID[:GID], for example 1000:1000`},
		{"user", "-1", `invalid --user "-1": Kubernetes takes numbers from 0 to 2147483647; want UID[:GID]`},
		{"user", "1000:", `invalid --user "1000:": a number is missing; want UID[:GID], for example 1000:1000`},
		{"group-add", "-1", `invalid --group-add "-1": Kubernetes takes numbers from 0 to 2147483647; want a GID, for example 1000`},
		{"group-add", "docker", `invalid --group-add "docker": a name is not looked up`},
		{"entrypoint", "", `invalid --entrypoint "": the first word is the program, and it is empty; want for example sh; without the image's entrypoint runs what is named here instead`},
		{"cap-add", "NET_ADMNI", `invalid --cap-add "NET_ADMNI": it is none of Linux's capabilities, so it would have no effect; want one of them, for example NET_ADMIN, or ALL`},
		{"cap-drop", "", `invalid --cap-drop "": it is none of Linux's capabilities`},
		{"sidekick", "logs=--cap-add CHOWN --cap-drop CAP_CHOWN y", `capability "CHOWN" is both added (cap-add) and dropped (cap-drop); leave out one of the two`},
		{"security-opt", "label=disable", `Kubernetes cannot switch SELinux off for one container`},
		{"security-opt", "systempaths=unconfined", `want no-new-privileges, seccomp=PROFILE`},
		{"restart", "on-failure", `always restarted by Kubernetes, and stopped by scale 0; what is to end is a job: kubectl create job`},
		{"stop-timeout", "500ms", `invalid --stop-timeout "500ms": want whole seconds, 1 or more, for example 10s`},
		{"network", "none", `invalid --network "none": a pod has its own or the node's; want host or default`},
		{"pid", "container:x", `invalid --pid "container:x"`},
		{"dns", "dns.example.com", `want the address of a name server, host (the node's) or cluster`},
		{"add-host", "10.0.0.5:db", `invalid --add-host "10.0.0.5:db": "db" is not an address; want HOST:IP`},
		{"hostname", "a.b", `invalid --hostname "a.b"`},
		{"network", "", `invalid --network "": a pod has its own or the node's; want host or default`},
		{"ipc", "", `invalid --ipc "": a pod has its own or the node's; want host or default`},
		{"restart", "", `invalid --restart "": the containers of a service are always restarted`},
		{"dns-option", "a b", `invalid --dns-option "a b": want one option of resolv.conf, NAME or NAME:VALUE, for example ndots:2; give each of several by itself`},
		{"dns-option", ":2", `invalid --dns-option ":2": want one option of resolv.conf`},
		{"volume", "q:/q:ro,rw", `invalid --volume "q:/q:ro,rw": options ro and rw are both given; leave out one of the two`},
		{"tmpfs", "/q:rw,size=1m,ro", `invalid --tmpfs "/q:rw,size=1m,ro": options ro and rw are both given; leave out one of the two`},
		{"health-url", "localhost/ping", `want a URL as http://localhost:8080/ping, tcp://localhost:PORT, grpc://localhost:PORT[/SERVICE]`},
		{"health-url", "ftp://localhost", `a ftp URL cannot be asked`},
		{"health-url", "tcp://db:5432", `the container itself is asked; want tcp://localhost:PORT`},
		{"ready-url", "https://localhost:8443/x?y=z#f", `what stands behind # is not sent to anybody; leave it out`},
		{"ready-url", "http://user:pw@localhost/", `a user, what stands before @, is not sent by Kubernetes; leave it out`},
		{"health-interval", "0s", `want whole seconds, 1 or more`},
		{"health-retries", "0", `want a number, 1 or more`},
		{"node-require", "a ==== b", `is not an expression over a node's labels; want for example: zone=a && cpus > 3 && !spot`},
		{"permission", "read pods web extra", `invalid permission "read pods web extra": it has 4 words; want role=ROLE or [VERBS] [GROUP/]RESOURCE [NAME]`},
		{"permission", "get url=/healthz", `a URL is the whole cluster's; use --global-permission`},
		{"permission", "get pods/log", `invalid permission "get pods/log": there is no API group "pods": `},
		{"global-permission", "list url=/healthz", `invalid permission "list url=/healthz": a URL is asked with a method of HTTP`},
		{"update-order", "random", `invalid --update-order "random": want start-first or stop-first`},
		{"batch-size", "0", `invalid --batch-size "0": want a number, 1 or more`},
		{"sidekick", "logs", `invalid image ""`},
		{"sidekick", "Logs=x", `sidekick "Logs": it is no name of a container`},
		{"sidekick", "istio-proxy=x", `sidekick "istio-proxy": containers of that name are Istio's own; choose another`},
		{"sidekick", "logs=--hostname x y", `unknown flag: --hostname`},
		{"sidekick", "logs=-e =x y", `invalid --env "=x"`},
		{"sidekick", "logs=x ; y", `quote what begins at "; y"`},
		{"mesh", "perhaps", `want true or false`},
	} {
		t.Run(tc.flag+" "+tc.value, func(t *testing.T) {
			_, err := revisionOf("--" + tc.flag + "=" + tc.value)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q in it", err, tc.want)
			}
			if code := codeOf(err); code != exitUsage {
				t.Errorf("exit code %d, want %d", code, exitUsage)
			}
		})
	}
}

// Whatever stands behind a flag: it is taken, or it is a usage error. What is taken makes a
// service or an error, and never a panic.
func TestAnyValueIsTakenOrRefused(t *testing.T) {
	table := podTable()
	values := rapid.OneOf(
		rapid.StringMatching(`[ -~]{0,12}`), rapid.String(),
		rapid.SampledFrom([]string{"", "a=b", "a:b", "1", "-1", "10s", "host", "$(self/ip)", "http://x/", "tcp://:1", "1:2/tcp", "a && b", "read pods", "always", "true", "a=nginx", "a=-e A=b nginx 'x"}),
		rapid.Map(rapid.SampledFrom([]string{"$(%s)", "http://%s", "a=%s", "label=%s", "%s:1"}), func(form string) string {
			return strings.ReplaceAll(form, "%s", "\x00/?#[")
		}),
	)
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			f := table[rapid.IntRange(0, len(table)-1).Draw(t, "flag")]
			value := values.Draw(t, f.name)
			r, err := revisionOf("--" + f.name + "=" + value)
			if err != nil {
				if code := codeOf(err); code != exitUsage {
					t.Fatalf("--%s=%q: exit code %d: %v", f.name, value, code, err)
				}
				continue
			}
			r.Image = "nginx"
			if err := plan.Check(rio.Ref{Namespace: "default", Service: "foobar"}, r); err != nil && strings.TrimSpace(err.Error()) == "" {
				t.Fatalf("--%s=%q: an error that says nothing", f.name, value)
			}
		}
	})
}

func TestServersThatWouldBeDroppedAreRefused(t *testing.T) {
	_, err := revisionOf("--dns", "cluster", "--dns", "1.1.1.1", "--dns", "8.8.8.8", "--dns", "9.9.9.9")
	if err == nil || codeOf(err) != exitUsage || !strings.Contains(err.Error(), "3 addresses, and a pod asks 3 servers, the first of which is the cluster's") {
		t.Errorf("got %v", err)
	}
}

func TestOnePortIsGivenOnce(t *testing.T) {
	_, err := revisionOf("-p", "80/http", "--expose", "80/tcp")
	if err == nil || !strings.Contains(err.Error(), "port 80 is given twice") {
		t.Errorf("got %v", err)
	}
	if _, err := revisionOf("-p", "53/udp", "--expose", "53/tcp"); err != nil {
		t.Errorf("two transports share a number: %v", err)
	}
}
