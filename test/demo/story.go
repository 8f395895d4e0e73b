package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// play is the walk-through, in its order.
func (s *show) play(ctx context.Context) error {
	steps := []func(context.Context) error{s.install, s.firstService, s.publish, s.release, s.naive, s.end}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *show) install(ctx context.Context) error {
	installed, err := lab.Installed(ctx, s.kubectl)
	if err != nil {
		return err
	}
	if !installed {
		s.say("what the cluster lacks, once: Istio, a gateway, a small webhook")
		if err := s.rio(ctx, lab.InstallArgs(os.Getenv)...); err != nil {
			return err
		}
	}
	s.gateway, err = lab.OpenGateway(ctx, s.kubectl)
	return err
}

func (s *show) firstService(ctx context.Context) error {
	s.say("a container becomes a service")
	if err := s.all(ctx, []string{"run", "--name", "foobar", "nginx"}, []string{"ps"}, []string{"ps", "foobar"}); err != nil {
		return err
	}
	if err := s.shell(ctx, "hostname\nexit\n", "exec", "-it", "foobar", "bash"); err != nil {
		return err
	}
	s.say("scale it out, and remove it")
	return s.all(ctx, []string{"scale", "foobar=3"}, []string{"ps"}, []string{"ps", "foobar"}, []string{"rm", "foobar"}, []string{"ps"})
}

func (s *show) publish(ctx context.Context) error {
	s.say("publish it: it gets a URL")
	if err := s.all(ctx, []string{"run", "--name", "foobar", "-p", "80/http", "nginx"}, []string{"ps"}); err != nil {
		return err
	}
	return s.browse(ctx, "foobar", "nginx")
}

// release stages, weights and promotes under load.
func (s *show) release(ctx context.Context) error {
	rate := 1000
	if !lab.Sandbox() {
		rate = 100 // somebody else's cluster
	}
	host := s.host("foobar")
	s.say("from here on %d requests a second go to http://%s/, none of them tried twice", rate, host)
	if lab.Sandbox() {
		if err := lab.RetriesOff(ctx, s.kubectl, host); err != nil {
			return err
		}
	}
	load, err := s.load(ctx, host, rate)
	if err != nil {
		return err
	}
	defer load.Stop()
	s.say("stage Apache beside nginx: it has a URL, and none of the traffic")
	if err := s.all(ctx, []string{"stage", "--image=httpd", "foobar:v2"}, []string{"ps"}); err != nil {
		return err
	}
	if err := s.browse(ctx, "foobar-v2", "httpd"); err != nil {
		return err
	}
	s.say("canary: 30%% of the traffic to v2")
	load.Mark("weight")
	if err := s.rio(ctx, "weight", "foobar:v2=30%"); err != nil {
		return err
	}
	load.Mark("plateau")
	if err := load.Reach(ctx, load.Requests()+10*rate); err != nil {
		return err
	}
	load.Mark("promote")
	if err := s.rio(ctx, "weight", "foobar"); err != nil {
		return err
	}
	s.say("promote v2: it becomes latest, and no request is dropped")
	if err := s.rio(ctx, "promote", "foobar:v2"); err != nil {
		return err
	}
	load.Mark("promoted")
	if err := load.Reach(ctx, max(load.Requests()+2*rate, 20*rate)); err != nil {
		return err
	}
	report := load.Stop()
	s.judge(report)
	if err := s.rio(ctx, "ps"); err != nil {
		return err
	}
	return s.typed(ctx, "kubectl", "get", "pods", "-l", "rio.cattle.io/service=foobar", "-L", "rio.cattle.io/revision")
}

func (s *show) judge(report traffic.Report) {
	total, split := report.Total(), report.Phase("plateau").Split("httpd", 30)
	s.say("%d requests at %.0f/s, %d lost; v2 was to get 30%% and got %.1f%%; answers in %s (median), %s (p99)", total.Requests, total.Rate(),
		total.Lost, split.Share, total.Quantile(0.5).Round(100*time.Microsecond), total.Quantile(0.99).Round(100*time.Microsecond))
	fmt.Println(report)
	s.rows = append(s.rows, traffic.Row{Path: "run -> stage -> weight 30% -> promote", Total: total, Split: "v2 " + split.String()})
	s.promise(total.Lost == 0, "%d of %d requests were lost:\n%s", total.Lost, total.Requests, report)
	s.promise(split.OK(), "v2 got %.1f%% of %d requests, want 30%% ± %.1f", split.Share, split.Requests, split.Allowed)
	s.promise(report.Phase("promoted").Split("httpd", 100).OK(), "after promote not all was answered by httpd:\n%s", report)
}

// naive is the same release with plain kubectl apply, to compare.
func (s *show) naive(ctx context.Context) error {
	if !lab.Sandbox() {
		return nil // it is made to lose requests
	}
	s.say("the same with plain kubectl apply, everything at once")
	host, err := lab.PrepareNaive(ctx, s.kubectl, s.gateway, "nginx")
	if err != nil {
		return err
	}
	load, err := s.load(ctx, host, 1000)
	if err != nil {
		return err
	}
	defer load.Stop()
	if err := lab.ReleaseNaively(ctx, s.kubectl, host, "nginx", "httpd", load, time.Second); err != nil {
		return err
	}
	report := load.Stop()
	fmt.Println(report)
	s.rows = append(s.rows, traffic.Row{Path: "the same with plain kubectl apply", Total: report.Total()})
	s.promise(report.Total().Lost > 0, "the naive release lost nothing, so a loss would not have been seen")
	return nil
}

func (s *show) end(ctx context.Context) error {
	s.say("and away with it")
	return s.all(ctx, []string{"rm", "foobar"}, []string{"ps"})
}

func (s *show) all(ctx context.Context, commands ...[]string) error {
	for _, c := range commands {
		if err := s.rio(ctx, c...); err != nil {
			return err
		}
	}
	return nil
}

func (s *show) load(ctx context.Context, host string, rate int) (*traffic.Run, error) {
	return traffic.Start(ctx, traffic.Load{
		Target: s.gateway.Addr, Host: host, Rate: rate, Workers: 32, Fresh: 10,
		Max: 200_000, For: 4 * time.Minute, Timeout: 10 * time.Second,
	})
}

// verdict prints what was done, in order, and what became of the promises.
func (s *show) verdict() error {
	s.say("what was done, with times")
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, step := range s.steps {
		fmt.Fprintf(table, "%.1fs\t  %s\n", step.took.Seconds(), step.what)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	s.say("what it did to traffic")
	traffic.Summary(os.Stdout, s.rows)
	if len(s.broken) > 0 {
		return fmt.Errorf("promises were broken: %q", s.broken)
	}
	return nil
}
