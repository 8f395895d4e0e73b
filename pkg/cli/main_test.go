package cli

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// screen is what one call of the program leaves behind.
type screen struct {
	Code     int
	Out, Err string
}

// try runs kubectl rio against a server that must not be asked anything: what the
// arguments alone show is said before any connection.
func try(t *testing.T, args ...string) screen {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the cluster was asked: %s %s", r.Method, r.URL)
	}))
	defer server.Close()
	return runAgainst(t, server.URL, args...)
}

func runAgainst(t *testing.T, server string, args ...string) screen {
	t.Helper()
	useCluster(t, server)
	return runMain(t, args...)
}

// runMain is runAgainst with the cluster that is in use; several may run at a time.
func runMain(t *testing.T, args ...string) screen {
	t.Helper()
	streams, _, out, errOut := genericiooptions.NewTestIOStreams()
	ctx, done := context.WithTimeout(t.Context(), 15*time.Second) // nothing here takes that long, unless it waits for what never comes
	defer done()
	code := Main(ctx, args, streams)
	return screen{code, out.String(), errOut.String()}
}

// useCluster makes that server the cluster of the kubeconfig, and shop the stack in use.
func useCluster(t *testing.T, server string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	config := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: test,
		clusters: [{name: c, cluster: {server: %q}}], users: [{name: u, user: {}}],
		contexts: [{name: test, context: {cluster: c, user: u, namespace: shop}}]}`, server)
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", path)
}

func TestUsageErrorsNeedNoCluster(t *testing.T) {
	for args, want := range map[string]string{
		"frobnicate":                                         `unknown command "frobnicate"; see: kubectl rio --help`,
		"wieght foobar:v2=30%":                               `unknown command "wieght"; did you mean: weight?`,
		"ps --bogus":                                         `unknown flag: --bogus; see: kubectl rio ps --help`,
		"run":                                                `0 arguments given, want IMAGE [ARG...]`,
		"run --name foobar:v2 nginx":                         `invalid --name "foobar:v2": a new service has no revision yet; stage it afterwards: kubectl rio stage -n shop --image IMAGE foobar:v2`,
		"run --name foo.bar nginx":                           `invalid name "foo.bar": service "foo.bar": a DNS-1035 label`,
		"run -p 80/htpp nginx":                               `invalid port "80/htpp": protocol "htpp", want one of http, http2, grpc, https, tcp, udp`,
		"run -p 0/http nginx":                                `invalid port "0/http": "0" is not a port number, want [PORT:]TARGET[/PROTOCOL] with ports 1 to 65535, for example: 80:8080/http`,
		"run --expose web nginx":                             `invalid port "web": "web" is not a port number, want [PORT:]TARGET[/PROTOCOL] with ports 1 to 65535, for example: 80:8080/http`,
		"run --scale many nginx":                             `invalid scale "many": want a number of replicas, 0 to 100000`,
		"run --image-pull-policy soon nginx":                 `invalid --image-pull-policy "soon": want always, never or not-present`,
		"run --cpus lots nginx":                              `invalid --cpus "lots": want a number of CPUs, for example 0.5 or 250m`,
		"run --cpus=-1 nginx":                                `invalid --cpus "-1": want a number of CPUs, for example 0.5 or 250m`,
		"run -m 12q nginx":                                   `invalid --memory "12q": want bytes or a number with b, k, m or g, for example 512m`,
		"run -l app=other nginx":                             `invalid --label "app=other": kubectl rio finds the pods by "app"; choose another key`,
		"run -l rio.cattle.io/x=y nginx":                     `invalid --label "rio.cattle.io/x=y": kubectl rio finds the pods by "rio.cattle.io/x"; choose another key`,
		"run --volume-driver fast nginx":                     `--volume-driver "fast" is for volumes without a name, and none is given with it; give them, too: -v TARGET`,
		"stage --volume-driver fast foobar":                  `--volume-driver "fast" is for volumes without a name, and none is given with it; give them, too: -v TARGET`,
		"create --global nginx":                              `--global runs one pod on every node, so there is no such service without pods; use: kubectl rio run --global`,
		"run --net host --mesh nginx":                        `invalid mesh true: Istio gives a pod in its node's network (net host) no sidecar; leave out one of the two`,
		"run --dry-run=maybe nginx":                          `invalid --dry-run "maybe": want none, client or server`,
		"run --timeout 0s nginx":                             `invalid --timeout 0s: want a duration above 0, for example 5m`,
		"scale foobar":                                       `invalid scale "foobar": want SERVICE[:REVISION]=N, for example: foobar=3`,
		"scale foobar=3 foobar:latest=4":                     `"foobar" is given twice; name each revision once`,
		"weight foobar=30%":                                  `invalid weight "foobar=30%": latest gets what the staged revisions leave; weight one of them: foobar:REVISION=PERCENT`,
		"weight foobar:v2=130%":                              `invalid weight for "foobar:v2": "130%" is not a share, want a whole percent, 0% to 100%`,
		"weight foobar:v2=1% foobar:v2=2%":                   `"foobar:v2" is given twice; name each revision once`,
		"weight foobar:v2=60% foobar:v3=70%":                 `weights for "foobar" sum to 130%, want at most 100% (v2=60%, v3=70%)`,
		"weight foobar:v2=100% --step 0":                     `invalid step 0: want a whole percent, 1 to 100, for example: --step 10`,
		"weight foobar foobar:v2=2%":                         `"foobar" has no percentage and "foobar:v2=2%" has one; set or show in one command, for example: foobar:v2=30%`,
		"ps -A web":                                          `-A and "web" are both given: a name is of one stack`,
		"stage --image= foobar":                              `invalid --image "": want an image, for example httpd:2.4; without the flag it is latest's`,
		"route add --from cart,port=80,weight=5% www to web": `invalid caller "cart,port=80,weight=5%": it has no port and no weight, want [STACK/]SERVICE[:REVISION]`,
		"route add --from= www to web":                       `invalid --from "": without a value the route would take the requests of everybody; leave the flag out for that`,
		"route add --method= www to web":                     `invalid --method "": without a value the route would take the requests of everybody; leave the flag out for that`,
		"stage --weight all foobar":                          `invalid --weight: "all" is not a share, want a whole percent, 0% to 100%`,
		"stage foobar:ports":                                 `invalid name "foobar:ports": revision "ports": the name is taken by the Service of the node ports, choose another`,
		"promote foobar":                                     `"foobar" is latest already; name the staged revision: kubectl rio promote -n shop foobar:REVISION`,
		"promote --scale=-1 foobar:v2":                       `invalid scale "-1": want a number of replicas, 0 to 100000`,
		"adopt":                                              `0 arguments given, want KIND/NAME`,
		"adopt deploy/web sts/web":                           `2 arguments given, want KIND/NAME`,
		"adopt web":                                          `invalid workload "web": want deploy/NAME, sts/NAME or ds/NAME`,
		"adopt job/web":                                      `invalid workload "job/web": want deploy/NAME, sts/NAME or ds/NAME`,
		"adopt deploy/":                                      `invalid workload "deploy/": want deploy/NAME, sts/NAME or ds/NAME`,
		"adopt deploy/Web":                                   `invalid name "Web": a lowercase RFC 1123 subdomain`,
		"adopt deploy/web --as Shop":                         `invalid name "Shop": service "Shop": a DNS-1035 label`,
		"adopt deploy/web --as other/shop":                   `invalid --as "other/shop": deploy/web is in namespace "shop" and stays there; leave the stack out`,
		"adopt deploy/web -p 0/http":                         `invalid port "0/http": "0" is not a port number, want [PORT:]TARGET[/PROTOCOL] with ports 1 to 65535, for example: 80:8080/http`,
		"release":                                            `0 arguments given, want SERVICE`,
		"release foobar:v2":                                  `"foobar:v2" names a revision, and release lets all of a service go; want foobar; if "foobar:v2" is an ID, name it as foobar/v2`,
		"release --dry-run=maybe foobar":                     `invalid --dry-run "maybe": want none, client or server`,
		"rm api shop/":                                       `"shop/" is a stack with all that is in its namespace, and there is no terminal to ask on; if that is meant: kubectl rio rm --yes shop/`,
		"rm -t service --yes shop/":                          `invalid name "shop/": it is a stack, want [STACK/]SERVICE[:REVISION]; what is in it: kubectl rio ps -n shop`,
		"rm":                                                 `0 arguments given, want SERVICE[:REVISION]`,
		"config frob":                                        `unknown command "frob"; see: kubectl rio config --help`,
		"config create site":                                 `1 arguments given, want two: NAME and FILE, or - for standard input`,
		"config create Site main_test.go":                    `invalid name "Site": a lowercase RFC 1123 subdomain`,
		"config create site no/such":                         `cannot read "no/such": no such file or directory`,
		"config create -l a/b/c=d site -":                    `invalid --label "a/b/c=d": a valid label key`,
		"config update --also :x site -":                     `invalid name ":x": service "": a DNS-1035 label`,
		"secret create db":                                   `nothing is given for secret "db" to hold, want FILE, - for standard input, --from-literal or --docker-server`,
		"secret create db --from-literal x":                  `invalid --from-literal: want KEY=VALUE`,
		"secret create x --docker-email m":                   `--docker-server is missing; it says which registry the user is of, for example https://index.docker.io/v1/`,
		"secret create x --docker-server r":                  `--docker-server "r" needs --docker-username and --docker-password`,
		"volume create data":                                 `1 arguments given, want two: name and size in gigabytes`,
		"volume create data 0":                               `invalid number: "0"; want the size in gigabytes, 1 or more, for example 10`,
		"volume create --access-mode x d 1":                  `invalid access mode "x": want readWriteOnce, readWriteMany, readOnlyMany or readWriteOncePod`,
		"volume rm":                                          `0 arguments given, want NAME`,
		"ps --format {{":                                     `invalid --format "{{": template: format:1: unclosed action`,
		"ps --format json -o yaml":                           `--format "json" and --output "yaml" are both given, want one`,
		"ps -q -o json":                                      `--quiet prints IDs alone, and --output "json" asks for more; give one of them`,
		"config -q --format {{.size}}":                       `--quiet prints IDs alone, and --format "{{.size}}" asks for more; give one of them`,
		"ps -l ==":                                           `invalid --selector "==": found '==', expected: !, identifier, or 'end of string'`,
		"ps a/b/c":                                           `invalid name "a/b/c": service "b/c": a DNS-1035 label`,
		"exec foobar":                                        `1 arguments given, want SERVICE COMMAND, for example: kubectl rio exec -it foobar bash`,
		"exec foobar --":                                     `no command given, want SERVICE COMMAND, for example: kubectl rio exec -it foobar bash`,
		"wait":                                               `0 arguments given, want SERVICE[:REVISION] or STACK/`,
		"wait --for up foobar":                               `invalid --for "up": want active, inactive, pending, updating, removing, error, ready, gone or weight=PERCENT`,
		"wait --timeout 0s foobar":                           `invalid --timeout 0s: want a duration above 0, for example 10m`,
		"wait foobar:":                                       `invalid name "foobar:": the revision after ":" is empty, want [STACK/]SERVICE[:REVISION]`,
		"wait Shop/":                                         `invalid stack "Shop": a lowercase RFC 1123 label`,
		"wait -t pod foobar":                                 `invalid --type "pod": want service, stack`,
		"promote --drain=-1s foobar:v2":                      `invalid --drain -1s: want a duration, for example 5s, or 0`,
		"undo --drain=-1s foobar":                            `invalid --drain -1s: want a duration, for example 5s, or 0`,
		"route add --timeout 1us www to api":                 `invalid --timeout 1µs: want whole milliseconds, 1ms or more, for example 2s; without it, a request may take any time`,
		"info -o name":                                       `invalid --output "name": info has no name; want json, yaml, jsonpath=TEMPLATE, go-template=TEMPLATE or custom-columns=SPEC`,
		"events --since=-10m":                                `invalid --since "-10m": want a duration, as 10m, or a time, as 2018-10-03T12:00:00Z`,
		"events --since soon":                                `invalid --since "soon": want a duration, as 10m, or a time, as 2018-10-03T12:00:00Z`,
		"events -o yaml":                                     `invalid --output "yaml": want json`,
		"events -o json --format json":                       `--format "json" and --output "json" are both given, want one`,
		"events -A foobar":                                   `-A and "foobar" are both given: a name is of one stack`,
		"node ls foobar":                                     `1 arguments given, want none`,
		"route nosuch":                                       `unknown command "nosuch"; see: kubectl rio route --help`,
		"route ls x":                                         `1 arguments given, want none`,
		"attach foobar other":                                `2 arguments given, want SERVICE`,
		"logs --tail=-5 foobar":                              `invalid --tail -5: want a number of lines, or all`,
		"logs --since yesterday foobar":                      `invalid --since "yesterday": want a duration, as 10m, or a time, as 2018-10-03T12:00:00Z`,
		"logs foobar/f6985f578-schpv/a/b":                    `invalid name "foobar/f6985f578-schpv/a/b": service "f6985f578-schpv/a/b": a DNS-1035 label`,
		"up a b c":                                           `3 arguments given, want [[STACK] FILE|-|DIR]`,
		"up -f a.yml shop x":                                 `2 arguments given beside --file, want [STACK]`,
		"up Shop a.yml":                                      `invalid stack "Shop": a lowercase RFC 1123 label`,
		"up missing.yml":                                     `invalid file "missing.yml": no such file or directory`,
		"up .":                                               `no stack file in ".": want NAME-stack.yml, or compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml`,
		"up -a missing.yml main_test.go":                     `invalid --answers "missing.yml": no such file or directory`,
		"up --dry-run=maybe main_test.go":                    `invalid --dry-run "maybe": want none, client or server`,
		"diff missing.yml":                                   `invalid file "missing.yml": no such file or directory`,
		"export -o table":                                    `invalid --output "table": want yaml or json`,
		"export -t pod x":                                    `invalid --type "pod": want service, stack`,
		"inspect":                                            `0 arguments given, want NAME`,
		"inspect --format {{ x":                              `invalid --format "{{": template: format:1: unclosed action`,
		"inspect -t planet x":                                `invalid --type "planet": want service, route, config, secret, volume, stack, pod, node`,
		"stack create Shop":                                  `invalid stack "Shop": a lowercase RFC 1123 label`,
		"stack rm":                                           `0 arguments given, want NAME`,
		"rm Shop/":                                           `invalid stack "Shop": a lowercase RFC 1123 label`,
		"version --client extra":                             `1 arguments given, want none`,
	} {
		t.Run(args, func(t *testing.T) {
			got := try(t, strings.Fields(args)...)
			if got.Code != exitUsage || got.Out != "" {
				t.Errorf("exit code %d, stdout %q, want 2 and nothing", got.Code, got.Out)
			}
			if text, _, kubernetes := strings.Cut(got.Err, " must consist of"); kubernetes { // the rest is its own text
				got.Err = text + "\n"
			}
			if diff := cmp.Diff("error: "+want+"\n", got.Err); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAClusterThatIsNotThere(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	want := screen{1, "", fmt.Sprintf("error: cannot reach the cluster at %s (context \"test\"): connection refused; see: kubectl config get-contexts\n", gone.URL)}
	for _, args := range [][]string{{"ps"}, {"ps", "foobar"}, {"scale", "foobar=3"}, {"promote", "foobar:v2"}, {"exec", "foobar", "sh"}, {"run", "--name", "foobar", "nginx"}} {
		t.Run(args[0], func(t *testing.T) {
			if diff := cmp.Diff(want, runAgainst(t, gone.URL, args...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Each command explains itself without a cluster, and with an example to copy.
func TestEveryCommandHasHelp(t *testing.T) {
	streams := genericiooptions.NewTestIOStreamsDiscard()
	root := NewRootCmd(NewOptions(streams))
	if len(root.Commands()) < 13 {
		t.Errorf("%d commands", len(root.Commands()))
	}
	for _, cmd := range everyCommand(root) {
		args := strings.Fields(strings.TrimPrefix(cmd.CommandPath(), "kubectl rio"))
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			got := try(t, append(args, "--help")...)
			if got.Code != 0 || got.Err != "" || !strings.Contains(got.Out, "Usage:\n  kubectl rio") {
				t.Errorf("exit code %d, stdout %q, stderr %q", got.Code, got.Out, got.Err)
			}
			if strings.Contains(got.Out, "kubectl-rio ") && !strings.HasPrefix(cmd.CommandPath(), "kubectl rio completion") {
				t.Errorf("kubectl's users type kubectl rio:\n%s", got.Out)
			}
			if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") || cmd.Short[:1] != strings.ToUpper(cmd.Short[:1]) {
				t.Errorf("short help %q", cmd.Short)
			}
			if !strings.Contains(cmd.Example, "\n  kubectl rio ") {
				t.Errorf("no example of the command: %q", cmd.Example)
			}
		})
	}
}

// everyCommand lists a command and all below it.
func everyCommand(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		all = append(all, everyCommand(sub)...)
	}
	return all
}

var quoted = regexp.MustCompile(`'[^']*'|"[^"]*"`)

// What the examples say must at least be understood, also by zsh, which takes an unquoted star
// for the name of a file.
func TestExamplesParse(t *testing.T) {
	root := NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard()))
	for _, cmd := range everyCommand(root) {
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			call, ok := strings.CutPrefix(strings.TrimSpace(line), "kubectl rio ")
			if !ok {
				continue
			}
			t.Run(call, func(t *testing.T) {
				if strings.ContainsAny(quoted.ReplaceAllString(call, ""), "*?[") {
					t.Error("it has a pattern that is not quoted")
				}
				fresh := NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard()))
				found, args, err := fresh.Find(strings.Fields(call))
				if err != nil || found == fresh {
					t.Fatalf("no such command: %v", err)
				}
				if err := found.ParseFlags(args); err != nil {
					t.Fatal(err)
				}
				if err := found.ValidateArgs(found.Flags().Args()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestVersion(t *testing.T) {
	for _, args := range [][]string{{"version", "--client"}, {"--version"}, {"-v"}} {
		if diff := cmp.Diff(screen{0, "rio version v0.0.0-dev\n", ""}, try(t, args...)); diff != "" {
			t.Error(args, diff)
		}
	}
}

func TestTalkIsKeptApart(t *testing.T) {
	var out, errOut bytes.Buffer
	o := NewOptions(genericiooptions.IOStreams{Out: &out, ErrOut: &errOut})
	o.talk("stack %s", "default")
	o.Quiet = true
	o.talk("never said")
	if out.String() != "" || errOut.String() != "stack default\n" {
		t.Errorf("stdout %q, stderr %q", out.String(), errOut.String())
	}
}
