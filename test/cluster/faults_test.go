package cluster

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/faults"
)

const (
	castSize   = 8                // scenarios of the short form
	sampleTime = 40 * time.Second // none of its trials begins after that, whatever the undisturbed runs took
	soakSize   = 200              // trials of the long form, at least
)

// TestFaults lets every call that a verb makes to the API server go wrong, in every way
// that it can, and wants the command to be safe to repeat: then the objects are those of
// a run that nothing disturbed. Which calls there are is read off such a run.
//
//	RIO_SOAK=1         every call, in a way by chance; else some scenarios', in a minute and a half
//	RIO_SOAK=all       every call in every way; about eight hours
//	RIO_SEED=N         the sample of that seed
//	RIO_FAULTS=REGEXP  only the trials whose name matches, for example 'rm foobar: kill at DELETE'
//	RIO_PARALLEL=N     stacks at a time; 8 when not given
func TestFaults(t *testing.T) {
	seed := lab.Number(t, "RIO_SEED", rand.IntN(1_000_000))
	fmt.Printf("faults: RIO_SEED=%d\n", seed)
	dir := t.TempDir()
	k, err := lab.NewKubectl(dir, "default")
	if err != nil {
		t.Fatal(err)
	}
	config, err := k.Config()
	if err != nil {
		t.Fatal(err)
	}
	d := &drill{theatre: theatre{config, dir}, parallel: lab.Number(t, "RIO_PARALLEL", 8), begin: time.Now()}
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	only, soak := os.Getenv("RIO_FAULTS"), os.Getenv("RIO_SOAK") != ""
	list := playable(t)
	if only == "" && !soak {
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		list = list[:castSize]
	}
	all := d.rehearse(t, list)
	switch {
	case only != "":
		d.trials = named(all, regexp.MustCompile(only))
	case soak:
		d.trials = slices.Concat(all...)
		if os.Getenv("RIO_SOAK") != "all" {
			d.trials = each(d.trials, random)
		}
		random.Shuffle(len(d.trials), func(i, j int) { d.trials[i], d.trials[j] = d.trials[j], d.trials[i] })
	default:
		d.trials = sample(all, random)
		d.until = time.Now().Add(sampleTime)
	}
	d.disturb(t)
	d.print(os.Stdout)
	wanted := 1
	if soak {
		wanted = soakSize
	}
	if hit := d.total().hit; only == "" && hit < wanted {
		t.Errorf("%d calls went wrong, want at least %d", hit, wanted)
	}
}

// trialsOf are all the ways in which the calls of a scenario can go wrong.
func trialsOf(s scenario, calls []faults.Call, wants map[string]string) []trial {
	var trials []trial
	for _, c := range calls {
		for _, kind := range faults.Kinds(c) {
			trials = append(trials, trial{s, c, kind, wants})
		}
	}
	return trials
}

// each leaves one trial of each call.
func each(trials []trial, random *rand.Rand) []trial {
	var one []trial
	for len(trials) > 0 {
		n := slices.IndexFunc(trials, func(t trial) bool {
			return t.scenario.String() != trials[0].scenario.String() || t.call.Point != trials[0].call.Point
		})
		if n < 0 {
			n = len(trials)
		}
		one = append(one, trials[random.IntN(n)])
		trials = trials[n:]
	}
	return one
}

func named(all [][]trial, name *regexp.Regexp) []trial {
	return slices.DeleteFunc(slices.Concat(all...), func(t trial) bool { return !name.MatchString(t.String()) })
}

// sample takes the scenarios in turn, each with its calls and ways in an order by chance, for
// as long as there is time.
func sample(all [][]trial, random *rand.Rand) []trial {
	for _, of := range all {
		random.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
	}
	var trials []trial
	for i := 0; ; i++ {
		before := len(trials)
		for _, of := range all {
			if i < len(of) {
				trials = append(trials, of[i])
			}
		}
		if len(trials) == before {
			return trials
		}
	}
}

func TestSampleTakesScenariosInTurn(t *testing.T) {
	drawn := func() []trial {
		var all [][]trial
		for i, s := range scenarios {
			calls := []faults.Call{{Point: faults.Point{Nth: i}}, {Point: faults.Point{Nth: i}, Write: true}}
			all = append(all, trialsOf(s, calls[:1+i%2], nil))
		}
		return sample(all, rand.New(rand.NewPCG(1, 0)))
	}
	once := drawn()
	for i, s := range scenarios {
		if once[i].scenario.String() != s.String() {
			t.Errorf("trial %d is %q, want one of %q", i, once[i], s)
		}
	}
	if again := drawn(); !slices.EqualFunc(once, again, func(a, b trial) bool { return a.String() == b.String() }) {
		t.Error("the same seed gives another sample")
	}
}
