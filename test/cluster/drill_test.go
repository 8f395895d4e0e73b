package cluster

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"
)

// drill plays the trials of TestFaults, several at a time: most of a trial is waiting.
type drill struct {
	theatre  theatre
	parallel int
	trials   []trial
	begin    time.Time
	until    time.Time // no trial begins after it; zero: no end

	mu   sync.Mutex
	rows []*row // one for each scenario
}

// row is what became of a scenario's trials.
type row struct {
	scenario             string
	points               int // calls of an undisturbed run
	hit, missed, skipped int // trials whose call went wrong, did not come, or for which there was no time
	failed               int
}

// rehearse plays all scenarios undisturbed, and gives the trials of each.
func (d *drill) rehearse(t *testing.T, list []scenario) [][]trial {
	all := make([][]trial, len(list))
	for _, s := range list {
		d.rows = append(d.rows, &row{scenario: s.String()})
	}
	var group errgroup.Group
	group.SetLimit(d.parallel)
	for i, s := range list {
		group.Go(func() error {
			begin := time.Now()
			calls, end, err := d.theatre.undisturbed(t.Context(), s)
			t.Logf("%5.1fs with its setup, %d calls: %s", time.Since(begin).Seconds(), len(calls), s)
			if err != nil {
				t.Errorf("%s: %v", s, err)
				return nil // the others are of interest all the same
			}
			all[i], d.rows[i].points = trialsOf(s, calls, end), len(calls)
			return nil
		})
	}
	_ = group.Wait()
	return all
}

// disturb plays the trials, and says every ten seconds how far it is.
func (d *drill) disturb(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	go func() {
		for tick := time.NewTicker(10 * time.Second); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				fmt.Println(d.progress())
			}
		}
	}()
	var group errgroup.Group
	group.SetLimit(d.parallel)
	for _, tr := range d.trials {
		group.Go(func() error {
			if !d.until.IsZero() && time.Now().After(d.until) {
				d.count(tr, func(r *row) { r.skipped++ })
				return nil
			}
			hit, err := d.theatre.disturbed(t.Context(), tr)
			if err != nil {
				t.Errorf("%s\n%v", tr, err)
				fmt.Printf("faults: failed: %s\n%v\n", tr, err) // a soak is long, and may be ended before it is
			}
			d.count(tr, func(r *row) {
				if hit {
					r.hit++
				} else {
					r.missed++
				}
				if err != nil {
					r.failed++
				}
			})
			return nil
		})
	}
	_ = group.Wait()
}

func (d *drill) count(tr trial, f func(*row)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(d.rows[slices.IndexFunc(d.rows, func(r *row) bool { return r.scenario == tr.scenario.String() })])
}

func (d *drill) total() row {
	d.mu.Lock()
	defer d.mu.Unlock()
	sum := row{scenario: "all"}
	for _, r := range d.rows {
		sum.points += r.points
		sum.hit += r.hit
		sum.missed += r.missed
		sum.skipped += r.skipped
		sum.failed += r.failed
	}
	return sum
}

func (d *drill) progress() string {
	sum := d.total()
	return fmt.Sprintf("faults: %d of %d after %s, %d failed", sum.hit+sum.missed+sum.skipped, len(d.trials), time.Since(d.begin).Round(time.Second), sum.failed)
}

// print is the table at the end.
func (d *drill) print(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "points\tfaults\tnot reached\tno time\tfailures\tscenario")
	total := d.total()
	for _, r := range append(slices.Clone(d.rows), &total) {
		fmt.Fprintf(table, "%d\t%d\t%d\t%d\t%d\t%s\n", r.points, r.hit, r.missed, r.skipped, r.failed, r.scenario)
	}
	_ = table.Flush()
}
