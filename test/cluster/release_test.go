package cluster

import (
	"context"
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
	p := path{name: "run -> stage -> weight 30% -> promote -> scale -> rm", play: everyVerb, naive: releaseNaively}
	rows := p.run(t, openGateway(t), pace{perSecond, 2 * perSecond}, true)
	if n := rows[0].Total.Requests; n < enough { // how fast they went is the machine's
		t.Errorf("%d requests, want %d", n, enough)
	}
	traffic.Summary(os.Stdout, rows)
}

func everyVerb(r *release) {
	r.holds("v1", 100)
	r.doWhile("v1", "stage", "--image", "echo:v2", "foobar:v2")
	r.holds("v1", 100)
	r.do("weight", "foobar:v2=30%")
	r.still = 15 * perSecond
	r.holds("v2", 30)
	r.still = 2 * perSecond
	r.do("promote", "foobar:v2")
	r.holds("v2", 100)
	r.do("scale", "foobar=4")
	r.do("scale", "foobar=2")
	r.do("stage", "--image", "echo:v3", "foobar:v3")
	r.doWhile("v2", "rm", "foobar:v3")
	r.still = max(3*perSecond, enough-r.load.Requests())
	r.holds("v2", 100)
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
