package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// podOf parses flags as run and stage do.
func podOf(t *testing.T, flags ...string) (plan.Pod, error) {
	t.Helper()
	var p podFlags
	cmd := &cobra.Command{Use: "run"}
	p.add(cmd)
	if err := cmd.ParseFlags(flags); err != nil {
		t.Fatal(err)
	}
	return p.pod(cmd, "nginx", nil)
}

func quantity(s string) *resource.Quantity {
	q := resource.MustParse(s)
	return &q
}

func TestFlagsBecomeAPod(t *testing.T) {
	yes, no := true, false
	for name, tc := range map[string]struct {
		flags []string
		want  plan.Pod
	}{
		"nothing is set": {nil, plan.Pod{}},
		"a published http port is the gateway's 80": {
			[]string{"-p", "8080/http"},
			plan.Pod{Ports: []rio.PortSpec{{Port: rio.Port{Number: 80, Protocol: "http", Publish: true}, Target: 8080}}},
		},
		"an exposed port keeps its number": {
			[]string{"--expose", "5432"},
			plan.Pod{Ports: []rio.PortSpec{{Port: rio.Port{Number: 5432, Protocol: "tcp"}, Target: 5432}}},
		},
		"variables keep their order, a bare one is empty": {
			[]string{"-e", "B=2", "-e", "A=x=y", "-e", "C"},
			plan.Pod{Env: []corev1.EnvVar{{Name: "B", Value: "2"}, {Name: "A", Value: "x=y"}, {Name: "C"}}},
		},
		"a user's labels": {
			[]string{"-l", "tier=front", "-l", "bare"},
			plan.Pod{Labels: map[string]string{"tier": "front", "bare": ""}},
		},
		"pull policies in Rio's words":          {[]string{"--image-pull-policy", "not-present"}, plan.Pod{PullPolicy: corev1.PullIfNotPresent}},
		"CPUs":                                  {[]string{"--cpus", "0.5"}, plan.Pod{CPUs: quantity("500m")}},
		"memory in docker's units":              {[]string{"-m", "512m"}, plan.Pod{Memory: quantity("512Mi")}},
		"an entry point with a word of its own": {[]string{"--entrypoint", "sh", "--entrypoint", "-c"}, plan.Pod{Entrypoint: []string{"sh", "-c"}}},
		"a terminal":                            {[]string{"-it"}, plan.Pod{Stdin: &yes, TTY: &yes}},
		"no sidecar, said so":                   {[]string{"--mesh=false"}, plan.Pod{Mesh: &no}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := podOf(t, tc.flags...)
			if err != nil {
				t.Fatal(err)
			}
			tc.want.Image = "nginx"
			if tc.want.Labels == nil {
				tc.want.Labels = map[string]string{}
			}
			if diff := cmp.Diff(tc.want, got, cmp.Comparer(func(a, b resource.Quantity) bool { return a.Cmp(b) == 0 })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBadPodFlagsNameValueAndRule(t *testing.T) {
	for name, tc := range map[string]struct{ flag, value, want string }{
		"an unknown pull policy":    {"--image-pull-policy", "sometimes", `invalid --image-pull-policy "sometimes": want always, never or not-present`},
		"a port that is none":       {"-p", "http", `"http" is not a port number`},
		"a port too high":           {"-p", "65536/http", `"65536" is not a port number`},
		"an unknown protocol":       {"--expose", "80/ftp", `protocol "ftp", want one of http, http2, grpc, tcp, udp`},
		"a variable without a name": {"-e", "=x", `invalid --env "=x"`},
		"a label that is not one":   {"-l", "a b=c", `invalid --label "a b=c"`},
		"a label of ours":           {"-l", "app=other", `kubectl rio finds the pods by "app"; choose another key`},
		"a label of our domain":     {"-l", "rio.cattle.io/x=y", `kubectl rio finds the pods by "rio.cattle.io/x"`},
		"CPUs that are no number":   {"--cpus", "many", `invalid --cpus "many": want a number of CPUs`},
		"less than no CPU":          {"--cpus", "-1", `invalid --cpus "-1"`},
		"memory in no unit":         {"--memory", "1x", `invalid --memory "1x": want bytes or a number with b, k, m or g`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := podOf(t, tc.flag+"="+tc.value)
			if strings.HasPrefix(tc.flag, "-") && !strings.HasPrefix(tc.flag, "--") {
				_, err = podOf(t, tc.flag, tc.value)
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q in it", err, tc.want)
			}
			if code := codeOf(err); code != exitUsage {
				t.Errorf("exit code %d, want %d", code, exitUsage)
			}
		})
	}
}

func TestOnePortIsGivenOnce(t *testing.T) {
	_, err := podOf(t, "-p", "80/http", "--expose", "80/tcp")
	if err == nil || !strings.Contains(err.Error(), "port 80 is given twice") {
		t.Errorf("got %v", err)
	}
	if _, err := podOf(t, "-p", "53/udp", "--expose", "53/tcp"); err != nil {
		t.Errorf("two transports share a number: %v", err)
	}
}
