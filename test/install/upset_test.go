package install

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/faults"
)

const (
	faultTime    = 20 * time.Second // no second round of the short form begins after that
	commandBound = 3 * time.Minute  // a command that does not end by then hangs
)

// act is a command that is broken, and what it leads to when nothing breaks it.
type act struct {
	args   []string
	trials []faults.Fault
	wants  lab.Dump
}

// upset breaks install and uninstall on one cluster, in turn.
type upset struct {
	player
	config         *rest.Config
	dir            string
	part, parts    uint32 // which of how many parts of the calls is broken; 1 is the first
	points, missed int
	broken         []string // what was broken, in order
}

// TestFaults lets the calls that install and uninstall make to the API server go wrong, and
// wants the same command, said again, to end in the objects of a run that nothing disturbed.
// They take turns: each is what sets the other's scene. Istio stays, but for the long form's
// second part.
//
//	RIO_SOAK=1         every call, at the first of its kind; two hours
//	-part=I/N          only the I-th of N parts of the calls: clusters can share them
//	RIO_SEED=N         the sample of that seed
//	RIO_FAULTS=REGEXP  only the faults whose name matches, for example 'kill at POST .*secrets'
func TestFaults(t *testing.T) {
	u := newUpset(t)
	if u == nil {
		return
	}
	soak := os.Getenv("RIO_SOAK") == "1"
	u.rounds([]string{"--keep-istio"}, soak, 0)
	if soak {
		u.rounds(nil, false, 15)
	}
	t.Logf("%d faults at %d calls, %d not reached:\n%s", len(u.broken), u.points, u.missed, strings.Join(u.broken, "\n"))
	if len(u.broken) == 0 {
		t.Error("nothing was broken, so nothing is shown")
	}
}

var part = flag.String("part", "1/1", "which part of the calls TestFaults breaks, of how many: I/N")

// inPart reports whether a call is of the part that is asked for. No call's part depends on
// what others there are.
func (u *upset) inPart(c faults.Call) bool {
	h := fnv.New32a()
	fmt.Fprint(h, c.Point)
	return h.Sum32()%u.parts == u.part-1
}

// newUpset gives none where somebody uses the rio of a cluster that is not the sandbox.
func newUpset(t *testing.T) *upset {
	t.Helper()
	dir := t.TempDir()
	k, err := lab.NewKubectl(dir, "default")
	if err != nil {
		t.Fatal(err)
	}
	p := player{t, k}
	if p.installed() && !lab.Sandbox() {
		lab.LeaveOut(t, "somebody uses this cluster's rio")
		return nil
	}
	config, err := k.Config()
	if err != nil {
		t.Fatal(err)
	}
	u := &upset{player: p, config: config, dir: dir}
	if _, err := fmt.Sscanf(*part, "%d/%d", &u.part, &u.parts); err != nil || u.part < 1 || u.part > u.parts {
		t.Fatalf("-part=%s is not I/N with I of 1 to N", *part)
	}
	p.ensure(true)
	return u
}

// rounds breaks both commands again and again: all there is, n of each, or as long as there
// is time.
func (u *upset) rounds(keep []string, all bool, n int) {
	u.t.Helper()
	seed := lab.Number(u.t, "RIO_SEED", rand.IntN(1_000_000))
	u.t.Logf("RIO_SEED=%d", seed)
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	begin := time.Now()
	out := u.undisturbed(append([]string{"uninstall"}, keep...), random)
	in := u.undisturbed(lab.InstallArgs(os.Getenv), random)
	rounds := max(len(out.trials), len(in.trials))
	for i := range rounds {
		if soak := all || n > 0; soak && i%10 == 0 {
			fmt.Printf("install: %d of %d rounds, %d faults\n", i, cmp.Or(n, rounds), len(u.broken))
		}
		if n > 0 && i == n || n == 0 && !all && i > 0 && time.Since(begin) > faultTime {
			break
		}
		u.disturbed(out, i)
		u.disturbed(in, i)
		if u.t.Failed() {
			break // what comes after would begin on a cluster in some state or other
		}
	}
}

// undisturbed reads off a run which calls there are, and what they lead to.
func (u *upset) undisturbed(args []string, random *rand.Rand) act {
	u.t.Helper()
	a := act{args: args}
	p := u.proxy()
	defer p.Close()
	if code, talk := u.run(u.t.Context(), p, args); code != 0 {
		u.t.Fatalf("undisturbed, kubectl rio %s ended with code %d: %s", strings.Join(args, " "), code, talk)
	}
	a.wants = inAnyInstallation(u.settled())
	calls := slices.DeleteFunc(p.Calls(), func(c faults.Call) bool { return !u.inPart(c) })
	a.trials = trialsOf(calls, random)
	u.points += len(calls)
	return a
}

// trialsOf lets each call go wrong once, in a way and an order by chance; those that were asked
// for by name in all ways. Of questions that are alike but for what they are about, the rights,
// one stands for all.
func trialsOf(calls []faults.Call, random *rand.Rand) []faults.Fault {
	only := os.Getenv("RIO_FAULTS")
	named := regexp.MustCompile(only)
	var writes, questions []faults.Fault
	for _, c := range calls {
		if c.Nth > 1 {
			continue
		}
		kinds := faults.Kinds(c)
		if only == "" {
			kinds = []faults.Kind{kinds[random.IntN(len(kinds))]}
		}
		for _, kind := range kinds {
			f := faults.Fault{Point: c.Point, Kind: kind}
			switch {
			case !named.MatchString(f.String()):
			case c.Write:
				writes = append(writes, f)
			default:
				questions = append(questions, f)
			}
		}
	}
	for _, list := range [][]faults.Fault{writes, questions} {
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	// Two writes for each question, as long as there are both.
	var trials []faults.Fault
	for len(writes)+len(questions) > 0 {
		w, q := min(2, len(writes)), min(1, len(questions))
		trials = append(append(trials, writes[:w]...), questions[:q]...)
		writes, questions = writes[w:], questions[q:]
	}
	return trials
}

// disturbed plays a command with a fault, and again without.
func (u *upset) disturbed(a act, i int) {
	u.t.Helper()
	if len(a.trials) == 0 {
		return
	}
	fault := a.trials[i%len(a.trials)]
	name := fmt.Sprintf("%s: %s", a.args[0], fault)
	u.broken = append(u.broken, name)
	first, talk, hit := u.spoil(a.args, fault)
	killed := fault.Kind == faults.Kill || fault.Kind == faults.KillAfter
	switch {
	case !hit:
		u.missed++
	case !killed && !slices.Contains([]int{0, 1, 3, 4}, first), strings.Contains(talk, "goroutine "):
		u.t.Errorf("%s\nit ended with code %d: %s", name, first, talk)
	}
	var problems []error
	if first == 0 {
		problems = append(problems, u.mustBe(a, "it ended with 0"))
	}
	code, again := u.run(u.t.Context(), nil, a.args)
	if code != 0 {
		problems = append(problems, fmt.Errorf("the repetition ended with code %d: %s", code, again))
	}
	problems = append(problems, u.mustBe(a, "after the repetition"))
	if err := errors.Join(problems...); err != nil {
		u.t.Errorf("%s\n%v\ndisturbed, code %d: %s", name, err, first, talk)
	}
}

// spoil runs a command with a fault.
func (u *upset) spoil(args []string, fault faults.Fault) (code int, talk string, hit bool) {
	u.t.Helper()
	p := u.proxy()
	defer p.Close()
	p.Disturb(u.t.Context(), fault, func(ctx context.Context) { code, talk = u.run(ctx, p, args) })
	return code, talk, p.Hit()
}

func (u *upset) mustBe(a act, when string) error {
	if lines := a.wants.Diff(inAnyInstallation(u.settled())); lines != nil {
		return fmt.Errorf("%s, and the objects are not those of an undisturbed run:\n%s", when, strings.Join(lines, "\n"))
	}
	return nil
}

func (u *upset) proxy() *faults.Proxy {
	u.t.Helper()
	p, err := faults.Start(u.t.Context(), u.config, "")
	if err != nil {
		u.t.Fatal(err)
	}
	return p
}

// run runs the program as a process of its own, which can be killed as users' are; through a
// proxy if there is one.
func (u *upset) run(ctx context.Context, p *faults.Proxy, args []string) (code int, talk string) {
	u.t.Helper()
	k := u.kubectl
	if p != nil {
		var err error
		if k.Kubeconfig, err = p.Kubeconfig(u.dir); err != nil {
			u.t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, commandBound)
	defer cancel()
	begin := time.Now()
	cmd := k.Command(ctx, "kubectl-rio", append(slices.Clone(args), "--timeout=100s")...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); cmd.ProcessState == nil {
		u.t.Fatal(err)
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		u.t.Errorf("kubectl rio %s did not end in %s", strings.Join(args, " "), commandBound)
	}
	u.t.Logf("%5.1fs kubectl rio %s", time.Since(begin).Seconds(), strings.Join(args, " "))
	return cmd.ProcessState.ExitCode(), out.String()
}
