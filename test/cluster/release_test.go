package cluster

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/program"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

const (
	perSecond = 1000   // at most
	enough    = 60_000 // requests
)

// TestNoRequestIsLost releases a service under load, by each verb that moves traffic or
// pods, with Envoy's retries off, and wants every single request answered. The same
// release done naively must lose some: if it does not, this test sees nothing.
func TestNoRequestIsLost(t *testing.T) {
	gateway := openGateway(t)
	s := newStack(t, "release", gateway)
	s.rio("run", "--name", "foobar", "--scale", "2", "-p", "80/http", "echo:v1")
	host := fmt.Sprintf("foobar.%s.%s", s.kubectl.Namespace, gateway.Domain)
	if err := lab.RetriesOff(t.Context(), s.kubectl, host); err != nil {
		t.Fatal(err)
	}

	load := s.load(host, perSecond, 3*enough)
	s.plateau(load, "run", 2*perSecond)
	load.Mark("stage")
	s.rio("stage", "--image", "echo:v2", "foobar:v2")
	s.plateau(load, "staged at 0%", 2*perSecond)
	load.Mark("weight")
	s.rio("weight", "foobar:v2=30%")
	s.plateau(load, "weight 30%", 15*perSecond)
	load.Mark("promote")
	s.rio("promote", "foobar:v2")
	s.plateau(load, "promoted", 2*perSecond)
	load.Mark("scale 4")
	s.rio("scale", "foobar=4")
	load.Mark("scale 2")
	s.rio("scale", "foobar=2")
	load.Mark("stage v3")
	s.rio("stage", "--image", "echo:v3", "foobar:v3")
	load.Mark("rm v3")
	s.rio("rm", "foobar:v3")
	load.Mark("end")
	if err := load.Reach(t.Context(), max(enough, load.Requests()+3000)); err != nil {
		t.Error(err)
	}
	report := load.Stop()
	t.Logf("\n%s", report)

	if err := report.Err(); err != nil {
		t.Error(err)
	}
	for _, want := range []struct {
		phase, version string
		percent        int
	}{{"run", "v1", 100}, {"stage", "v1", 100}, {"staged at 0%", "v1", 100}, {"weight 30%", "v2", 30}, {"promoted", "v2", 100}, {"rm v3", "v2", 100}, {"end", "v2", 100}} {
		if split := report.Phase(want.phase).Split(want.version, want.percent); !split.OK() {
			t.Errorf("%s: share of %s %s, of %d requests", want.phase, want.version, split, split.Requests)
		}
	}
	if total := report.Total(); total.Requests < enough { // how fast they went is the machine's
		t.Errorf("%d requests, want %d", total.Requests, enough)
	}

	naive := s.naive(func(ctx context.Context, k lab.Kubectl, host string, load *traffic.Run) error {
		return lab.ReleaseNaively(ctx, k, host, "echo:v1", "echo:v2", load, settle)
	})
	if naive.Total().Lost == 0 {
		t.Error("the naive release lost nothing, so a loss would not be seen")
	}
	traffic.Summary(os.Stdout, []traffic.Row{
		{Path: "run -> stage -> weight 30% -> promote -> scale -> rm", Total: report.Total(), Split: "v2 " + report.Phase("weight 30%").Split("v2", 30).String()},
		{Path: "the same with plain kubectl apply", Total: naive.Total()},
	})
}

// stack is a namespace of one's own, with the program at hand.
type stack struct {
	t       *testing.T
	kubectl lab.Kubectl
	gateway *lab.Gateway
}

func newStack(t *testing.T, name string, gateway *lab.Gateway) *stack {
	t.Helper()
	k, err := lab.NewKubectl(t.TempDir(), namespaceName(name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cleanUp(t, k, k.Namespace) })
	return &stack{t, k, gateway}
}

// rio runs the program in this process. It must succeed.
func (s *stack) rio(args ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Minute)
	defer cancel()
	begin, command := time.Now(), strings.Join(args, " ")
	code, stdout, stderr := program.Run(ctx, s.kubectl.Kubeconfig, args...)
	s.t.Logf("%5.1fs kubectl rio %s\n%s%s", time.Since(begin).Seconds(), command, stderr, stdout)
	if code != 0 {
		s.t.Fatalf("kubectl rio %s ended with code %d", command, code)
	}
	if want := s.kubectl.Namespace + ":foobar\n"; stdout != want {
		s.t.Errorf("kubectl rio %s printed %q, want %q", command, stdout, want)
	}
}

func (s *stack) load(host string, rate, most int) *traffic.Run {
	s.t.Helper()
	run, err := traffic.Start(s.t.Context(), traffic.Load{
		Target: s.gateway.Addr, Host: host, Rate: rate, Workers: 32, Fresh: 10,
		Max: most, For: 5 * time.Minute, Timeout: 10 * time.Second,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { run.Stop() })
	return run
}

// plateau is as long as some requests take, in which nothing changes.
func (s *stack) plateau(load *traffic.Run, name string, requests int) {
	s.t.Helper()
	load.Mark(name)
	if err := load.Reach(s.t.Context(), load.Requests()+requests); err != nil {
		s.t.Fatal(err)
	}
}

// naive releases another service in this stack, in a way that loses requests.
func (s *stack) naive(release func(context.Context, lab.Kubectl, string, *traffic.Run) error) traffic.Report {
	s.t.Helper()
	ctx := s.t.Context()
	host, err := lab.PrepareNaive(ctx, s.kubectl, s.gateway, "echo:v1")
	if err != nil {
		s.t.Fatal(err)
	}
	load := s.load(host, perSecond, enough)
	if err := release(ctx, s.kubectl, host, load); err != nil {
		s.t.Fatal(err)
	}
	report := load.Stop()
	s.t.Logf("naively\n%s", report)
	return report
}
