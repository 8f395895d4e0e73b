package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/rest"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/faults"
)

const (
	commandTimeout = "60s"            // --timeout of every command that is played
	commandBound   = 90 * time.Second // one that does not end by then hangs
)

// trial is a scenario in which one call goes wrong in one way.
type trial struct {
	scenario
	call  faults.Call
	kind  faults.Kind
	wants map[string]string // the objects after an undisturbed run
}

func (t trial) String() string {
	return fmt.Sprintf("%s: %s", t.scenario, faults.Fault{Point: t.call.Point, Kind: t.kind})
}

// theatre plays scenarios, each in a stack of its own.
type theatre struct {
	config *rest.Config
	dir    string
}

// scene is a stack in which the setup of a scenario was played.
type scene struct {
	kubectl lab.Kubectl // straight to the API server
	proxied lab.Kubectl // through the proxy
	proxy   *faults.Proxy
}

// play sets the scene, and clears it away whatever happened.
func (th theatre) play(ctx context.Context, s scenario, act func(scene) error) (err error) {
	k, err := lab.NewKubectl(th.dir, namespaceName("faults"))
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		err = errors.Join(err, k.Clear(ctx, k.Namespace))
	}()
	for _, command := range s.setup {
		if words := strings.Fields(command); words[0] == "kubectl" {
			if _, err := k.Run(ctx, words[1:]...); err != nil {
				return fmt.Errorf("the setup failed, so nothing was tried: %w", err)
			}
		} else if ran := runRio(ctx, k, command); ran.code != 0 {
			return fmt.Errorf("the setup failed, so nothing was tried: %s", ran)
		}
	}
	if s.halted != nil {
		if err := th.on(ctx, k, func(sc scene) error { return sc.halt(ctx, *s.halted) }); err != nil {
			return fmt.Errorf("the setup failed, so nothing was tried: %w", err)
		}
	}
	return th.on(ctx, k, act)
}

// on puts a proxy of its own before a stack's API server.
func (th theatre) on(ctx context.Context, k lab.Kubectl, act func(scene) error) error {
	p, err := faults.Start(ctx, th.config, k.Namespace)
	if err != nil {
		return err
	}
	defer p.Close()
	kubeconfig, err := p.Kubeconfig(th.dir)
	if err != nil {
		return err
	}
	return act(scene{k, lab.Kubectl{Kubeconfig: kubeconfig, Namespace: k.Namespace}, p})
}

// halt leaves a command half done.
func (sc scene) halt(ctx context.Context, h halted) error {
	ran := sc.spoil(ctx, h.command, faults.Fault{Point: h.at, Kind: faults.KillAfter})
	if !sc.proxy.Hit() || ran.code == 0 {
		return fmt.Errorf("it was not killed at %s: %s", h.at, ran)
	}
	return nil
}

// undisturbed gives the calls that a scenario's command makes, and what it leads to.
func (th theatre) undisturbed(ctx context.Context, s scenario) (calls []faults.Call, end map[string]string, err error) {
	err = th.play(ctx, s, func(sc scene) error {
		if ran := runRio(ctx, sc.proxied, s.command); ran.code != 0 {
			return fmt.Errorf("undisturbed: %s", ran)
		}
		calls = sc.proxy.Calls()
		end, err = th.objects(ctx, sc.kubectl.Namespace)
		return err
	})
	return calls, end, err
}

// disturbed plays a trial: the command with the fault, and again without. hit says whether
// the call came that was to go wrong.
func (th theatre) disturbed(ctx context.Context, t trial) (hit bool, err error) {
	err = th.play(ctx, t.scenario, func(sc scene) error {
		violations, err := lab.WatchInvariants(ctx, sc.kubectl, sc.kubectl.Namespace)
		if err != nil {
			return err
		}
		first := sc.spoil(ctx, t.command, faults.Fault{Point: t.call.Point, Kind: t.kind})
		hit = sc.proxy.Hit()
		problems := []error{first.mustBehave(hit && (t.kind == faults.Kill || t.kind == faults.KillAfter))}
		if first.code == 0 {
			problems = append(problems, th.mustBe(ctx, sc, t, "it ended with 0, and"))
		}
		again := runRio(ctx, sc.kubectl, t.command)
		nothingLeft := again.code == 1 && t.done != "" && strings.Contains(again.stderr, t.done)
		if again.code != 0 && !nothingLeft {
			problems = append(problems, errors.New("the repetition must succeed, or say that nothing was left to do"))
		}
		problems = append(problems, th.mustBe(ctx, sc, t, "after the repetition"), violations(ctx))
		if err := errors.Join(problems...); err != nil {
			return fmt.Errorf("%w\ndisturbed: %s\nrepeated: %s", err, first, again)
		}
		return nil
	})
	return hit, err
}

// mustBe compares what is there with what an undisturbed run leaves.
func (th theatre) mustBe(ctx context.Context, sc scene, t trial, when string) error {
	have, err := th.objects(ctx, sc.kubectl.Namespace)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(t.wants, have); diff != "" {
		return fmt.Errorf("%s the objects are not those of an undisturbed run (-want +got):\n%s", when, diff)
	}
	return nil
}

// spoil runs the command with the fault.
func (sc scene) spoil(ctx context.Context, command string, f faults.Fault) (r ran) {
	sc.proxy.Disturb(ctx, f, func(ctx context.Context) { r = runRio(ctx, sc.proxied, command) })
	return r
}

// ran is a command that has ended.
type ran struct {
	command        string
	code           int // -1: it was killed
	took           time.Duration
	late           bool
	stdout, stderr string
}

func (r ran) String() string {
	return fmt.Sprintf("kubectl rio %s: code %d after %.1fs\n%s%s", r.command, r.code, r.took.Seconds(), r.stderr, r.stdout)
}

// runRio runs the program as a process of its own, which can be killed as users' are.
func runRio(ctx context.Context, k lab.Kubectl, command string) ran {
	begin := time.Now()
	words := strings.Fields(command)
	ctx, cancel := context.WithTimeout(ctx, commandBound)
	defer cancel()
	cmd := k.Command(ctx, "kubectl-rio", slices.Insert(words, 1, "--timeout="+commandTimeout)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	r := ran{command: command}
	if err := cmd.Run(); cmd.ProcessState == nil {
		r.stderr = fmt.Sprintf("it did not start: %v", err)
	}
	r.code, r.took, r.late = cmd.ProcessState.ExitCode(), time.Since(begin), errors.Is(ctx.Err(), context.DeadlineExceeded)
	r.stdout, r.stderr = stdout.String(), r.stderr+stderr.String()
	return r
}

// mustBehave holds a disturbed command to what it may do: fail, but neither hang nor crash.
func (r ran) mustBehave(killed bool) error {
	switch {
	case r.late:
		return fmt.Errorf("disturbed, the command did not end in %s", commandBound)
	case strings.Contains(r.stderr, "panic: ") || strings.Contains(r.stderr, "goroutine "):
		return errors.New("disturbed, the command crashed")
	case killed: // unless it had ended by itself in that moment
		return nil
	case !slices.Contains([]int{0, 1, 3, 4}, r.code):
		return fmt.Errorf("disturbed, the command ended with code %d, which is for other things", r.code)
	}
	return nil
}
