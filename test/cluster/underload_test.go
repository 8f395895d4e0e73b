package cluster

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// TestPaths releases in all the ways of paths_test.go, under load, with Envoy's retries off.
//
//	RIO_SOAK=1           all of them, again and again until there were a million requests: go test -timeout 3h
//	RIO_REQUESTS=N       until there were so many
//	RIO_CHART_DATA=FILE  the course of the whole release, for go run ./test/chart
func TestPaths(t *testing.T) {
	gateway := openGateway(t)
	soak, enough := os.Getenv("RIO_SOAK") == "1", lab.Number(t, "RIO_REQUESTS", 1_000_000)
	var rows []traffic.Row
	requests := 0
	for round := 1; ; round++ {
		before := requests
		for _, p := range paths {
			if !soak && !p.short {
				continue
			}
			t.Run(p.name, func(t *testing.T) {
				at := pace{perSecond / 3, perSecond}
				if soak { // it makes 1,000 a second of all together
					at = pace{3 * perSecond / 2, 4 * perSecond}
				}
				for _, row := range p.run(t, gateway, at, soak && round == 1) {
					rows = account(rows, row)
					requests += row.Total.Requests
				}
			})
		}
		if !soak || t.Failed() || requests >= enough || requests == before {
			break
		}
	}
	traffic.Summary(os.Stdout, rows)
}

// account adds the rounds of a path.
func account(rows []traffic.Row, row traffic.Row) []traffic.Row {
	i := slices.IndexFunc(rows, func(r traffic.Row) bool { return r.Path == row.Path })
	if i < 0 {
		return append(rows, row)
	}
	rows[i].Total.Requests += row.Total.Requests
	rows[i].Total.Lost += row.Total.Lost
	rows[i].Total.Took += row.Total.Took
	return rows
}

// release is the service foobar under load.
type release struct {
	*stack
	host string
	load *traffic.Run
	pace
	wants   []share
	outside string // the phase in which there was no way in
}

// pace is how many requests a second there are, and how many without a change while a share is
// measured.
type pace struct{ rate, still int }

// share is what a version is to have in a phase.
type share struct {
	phase, version string
	percent        int
}

func (p path) run(t *testing.T, gateway *lab.Gateway, at pace, naive bool) []traffic.Row {
	s := newStack(t, "path", gateway)
	s.rio("run", "--name", "foobar", "--scale", "2", "-p", "80/http", "echo:v1")
	r := &release{stack: s, pace: at, host: fmt.Sprintf("foobar.%s.%s", s.kubectl.Namespace, gateway.Domain)}
	if err := lab.RetriesOff(t.Context(), s.kubectl, r.host); err != nil {
		t.Fatal(err)
	}
	r.load = s.load(r.host, at.rate, 5*enough)
	p.play(r)
	report := r.load.Stop()
	t.Logf("\n%s", report)
	row := traffic.Row{Path: p.name, Total: report.Total(), Split: r.judge(report)}
	if p.name == paths[0].name {
		r.saveSeries()
	}
	apart := traffic.Row{Path: "  (found no way in meanwhile)"}
	apart.Total.Requests = report.Phase(r.outside).Statuses[0]
	apart.Total.Lost = apart.Total.Requests
	row.Total.Requests -= apart.Total.Requests
	if row.Total.Lost -= apart.Total.Lost; row.Total.Lost > 0 {
		t.Error(report.Err())
	}
	if naive && p.naive != nil {
		row.Naive = new(s.naive(p.naive).Total())
		if row.Naive.Lost == 0 {
			t.Error("the naive way lost nothing, so a loss would not be seen")
		}
	}
	if apart.Total.Lost > 0 {
		return []traffic.Row{row, apart}
	}
	return []traffic.Row{row}
}

// judge holds each share against what was measured, and gives the first that is a part.
func (r *release) judge(report traffic.Report) string {
	r.t.Helper()
	first := ""
	for _, w := range r.wants {
		split := report.Phase(w.phase).Split(w.version, w.percent)
		if !split.OK() {
			r.t.Errorf("%s: share of %s %s, of %d requests", w.phase, w.version, split, split.Requests)
		}
		if w.percent%100 != 0 {
			first = cmp.Or(first, w.version+" "+split.String())
		}
	}
	return first
}

// do runs a command, in a phase of that name.
func (r *release) do(args ...string) {
	r.t.Helper()
	r.load.Mark(strings.Join(args, " "))
	r.rio(args...)
}

// doWhile is do, while a version has all of the traffic.
func (r *release) doWhile(version string, args ...string) {
	r.t.Helper()
	r.do(args...)
	r.wants = append(r.wants, share{strings.Join(args, " "), version, 100})
}

func (r *release) weight(revision string, percent int) {
	r.t.Helper()
	r.do("weight", fmt.Sprintf("foobar:%s=%d%%", revision, percent))
}

// holds is a while in which nothing changes and a version has a share.
func (r *release) holds(version string, percent int) {
	r.t.Helper()
	w := share{fmt.Sprintf("%d: %s %d%%", len(r.wants)+1, version, percent), version, percent}
	r.wants = append(r.wants, w)
	r.plateau(r.load, w.phase, r.still)
}

// kube runs kubectl, which must succeed.
func (r *release) kube(args ...string) {
	r.t.Helper()
	if _, err := r.kubectl.Run(r.t.Context(), args...); err != nil {
		r.t.Fatal(err)
	}
}

// pods waits until a Deployment has so many.
func (r *release) pods(name string, n int) {
	r.t.Helper()
	r.kube("wait", "deployment/"+name, fmt.Sprintf("--for=jsonpath={.status.availableReplicas}=%d", n), "--timeout=90s")
}

// killed runs a command and kills it as soon as kubectl prints anything, which shows that it
// is in its midst.
func (r *release) killed(command string, shows []string) {
	r.t.Helper()
	r.load.Mark("killed: " + command)
	ctx, kill := r.kubectl.UntilShown(r.t.Context(), shows...)
	defer kill()
	if ran := runRio(ctx, r.kubectl, command); ran.code != -1 {
		r.t.Fatalf("it ended before it was killed: %s", ran)
	}
}

// away begins the time in which there is no way in, back ends it.
func (r *release) away() {
	r.outside = "no way in"
	r.load.Mark(r.outside)
}

func (r *release) back() {
	r.t.Helper()
	r.kube("rollout", "status", "-n", "rio-system", "deployment/rio-lb", "--timeout=120s")
	if err := traffic.Await(r.t.Context(), r.gateway.Addr, r.host, time.Minute); err != nil {
		r.t.Fatal(err)
	}
}

// saveSeries writes the course of the load where it is wanted, with its commands.
func (r *release) saveSeries() {
	name := os.Getenv("RIO_CHART_DATA")
	if name == "" {
		return
	}
	series := r.load.Series()
	series.Marks = slices.DeleteFunc(series.Marks, func(m traffic.MarkPoint) bool {
		return m.Name == "start" || slices.ContainsFunc(r.wants, func(w share) bool { return w.phase == m.Name })
	})
	data, err := json.Marshal(series)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(name, append(data, '\n'), 0o644); err != nil {
		r.t.Fatal(err)
	}
}
