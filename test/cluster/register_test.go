package cluster

import (
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/anishathalye/porcupine"
)

// split is what the staged revisions of a service get, in percent; latest has the rest.
type split struct {
	v2, v3    int
	promoting string // the revision, while one is on
}

func (s split) of(revision string) int {
	if revision == "v2" {
		return s.v2
	}
	return s.v3
}

func (s split) with(revision string, percent int) split {
	if revision == "v2" {
		s.v2 = percent
	} else {
		s.v3 = percent
	}
	return s
}

// move is what somebody does to a split.
type move struct {
	verb, revision string
	percent        int
	perhaps        bool // nobody knows whether it was made
}

// after is the split that a move leaves, if it can be made.
func (m move) after(s split) (split, bool) {
	switch m.verb {
	case "weight":
		next := s.with(m.revision, m.percent)
		return next, next.v2+next.v3 <= 100
	case "abort":
		return split{}, true
	case "stage", "promote":
		return s.with(m.revision, 0), true
	case "rm":
		return s, s.of(m.revision) == 0
	}
	return s, true // a look
}

// What is known of a move when its command has ended.
const (
	acknowledged = iota
	untouched    // it wrote nothing
	unknown      // it may have been made, and at any time from then on
)

// register is the history of one service's split, as those saw it who changed it and looked
// at it. What is seen while a promotion is on is left out: to everybody else a promotion is
// one move, since they are refused until it is over.
type register struct {
	begin time.Time
	mu    sync.Mutex
	moves []porcupine.Operation
}

// enter begins a move. It ends with the function that it gives.
func (r *register) enter(m move) func(outcome int) {
	call := time.Since(r.begin)
	return func(outcome int) {
		op := porcupine.Operation{Input: m, Call: int64(call), Return: int64(time.Since(r.begin))}
		switch outcome {
		case untouched:
			return
		case unknown:
			m.perhaps = true
			op.Input, op.Return = m, math.MaxInt64
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.moves = append(r.moves, op)
	}
}

// look reads a split as the API server has it.
func (c *crowd) look(service string) {
	r := c.registers[service]
	call := time.Since(r.begin)
	s, err := c.api.split(c.t.Context(), c.kubectl.Namespace, service)
	if err != nil {
		c.t.Error(err)
		return
	}
	if s.promoting != "" {
		return
	}
	c.count("look", 0)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moves = append(r.moves, porcupine.Operation{Input: move{verb: "look"}, Output: s, Call: int64(call), Return: int64(time.Since(r.begin))})
}

// registerModel is a register that holds a split.
var registerModel = porcupine.Model{
	Init: func() any { return split{} },
	Step: func(state, input, output any) (bool, any) {
		s, m := state.(split), input.(move)
		if m.verb == "look" {
			return s == output.(split), s
		}
		next, ok := m.after(s)
		if !ok && m.perhaps {
			return true, s // it never was
		}
		return ok, next
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprint(input, " ", output) },
}

// judging is how long the orders of one service's moves are tried: what may or may not have
// happened doubles them.
const judging = 5 * time.Minute

// check wants an order of all moves in which each could be made between its begin and its
// end, and everybody saw what was there.
func (r *register) check(t *testing.T, service string) {
	t.Helper()
	result, info := porcupine.CheckOperationsVerbose(registerModel, r.moves, judging)
	switch result {
	case porcupine.Ok:
		return
	case porcupine.Unknown:
		t.Errorf("the %d moves of service %q are not judged in %s, so nothing is shown; try another RIO_SEED", len(r.moves), service, judging)
		return
	}
	picture := filepath.Join(os.TempDir(), fmt.Sprintf("kubectl-rio-register-%s.html", service)) // stays
	t.Errorf("the %d moves of service %q are in no possible order, so an update was lost; see %s", len(r.moves), service, picture)
	if err := porcupine.VisualizePath(registerModel, info, picture); err != nil {
		t.Error(err)
	}
}

func TestARegisterShowsALostUpdate(t *testing.T) {
	write := func(call, end int64, m move) porcupine.Operation {
		return porcupine.Operation{Input: m, Call: call, Return: end}
	}
	saw := func(call int64, s split) porcupine.Operation {
		return porcupine.Operation{Input: move{verb: "look"}, Output: s, Call: call, Return: call + 1}
	}
	v2, v3 := move{"weight", "v2", 30, false}, move{"weight", "v3", 20, false}
	perhaps := move{"weight", "v3", 80, true}
	for name, tc := range map[string]struct {
		moves []porcupine.Operation
		want  porcupine.CheckResult
	}{
		"both are there":                 {[]porcupine.Operation{write(0, 10, v2), write(5, 15, v3), saw(20, split{v2: 30, v3: 20})}, porcupine.Ok},
		"one overwrote the other":        {[]porcupine.Operation{write(0, 10, v2), write(5, 15, v3), saw(20, split{v3: 20})}, porcupine.Illegal},
		"it is there before its end":     {[]porcupine.Operation{write(0, 10, v2), saw(3, split{v2: 30}), saw(5, split{})}, porcupine.Illegal},
		"removed, though it had some":    {[]porcupine.Operation{write(0, 1, v2), write(2, 3, move{verb: "rm", revision: "v2"})}, porcupine.Illegal},
		"aborted":                        {[]porcupine.Operation{write(0, 1, v2), write(2, 3, move{verb: "abort"}), saw(4, split{})}, porcupine.Ok},
		"it never was, and never can be": {[]porcupine.Operation{write(0, math.MaxInt64, perhaps), write(1, 2, v2), saw(4, split{v2: 30})}, porcupine.Ok},
		"what cannot be was, they say":   {[]porcupine.Operation{write(0, math.MaxInt64, move{"weight", "v3", 80, false}), write(1, 2, v2), saw(4, split{v2: 30})}, porcupine.Illegal},
		"nobody knows whether it was":    {[]porcupine.Operation{write(0, math.MaxInt64, v2), saw(4, split{}), saw(6, split{v2: 30})}, porcupine.Ok},
	} {
		t.Run(name, func(t *testing.T) {
			if got := porcupine.CheckOperationsTimeout(registerModel, tc.moves, time.Minute); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// print is the table at the end: how the commands ended.
func (c *crowd) print(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "done\trefused\tnot ready\tconflict\ttogether")
	for _, verb := range slices.Sorted(maps.Keys(c.ends)) {
		ends := c.ends[verb]
		fmt.Fprintf(table, "%d\t%d\t%d\t%d\t%s\n", ends[0], ends[1], ends[3], ends[4], verb)
	}
	_ = table.Flush()
}
