package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/program"
	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// TestTogether has many people change the same services at the same time, while other tools
// write to the same objects. No split that a command acknowledged may be lost, no field of
// another tool, and no invariant at any stored version.
//
//	RIO_SOAK=1   16 people with 200 commands each; else 8 with 12
//	RIO_SEED=N   the commands of that seed; how they meet is chance all the same
func TestTogether(t *testing.T) {
	people, commands := 8, 12
	if os.Getenv("RIO_SOAK") == "1" {
		people, commands = 16, 200
	}
	seed := lab.Number(t, "RIO_SEED", rand.IntN(1_000_000))
	fmt.Printf("together: RIO_SEED=%d\n", seed)
	c := newCrowd(t)
	recording, err := lab.Record(t.Context(), c.kubectl, c.kubectl.Namespace)
	if err != nil {
		t.Fatal(err)
	}
	others := c.startOthers()
	var group sync.WaitGroup
	for i := range people {
		group.Go(func() { c.work(rand.New(rand.NewPCG(uint64(seed), uint64(i))), commands) })
	}
	group.Wait()
	others.stop()
	c.finishPromotions()
	for _, service := range shared {
		c.look(service)
	}
	events, err := recording.Stop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.print(os.Stdout)
	for _, v := range invariant.Check(events) {
		t.Error(v)
	}
	others.check(t, events)
	for _, service := range shared {
		c.registers[service].check(t, service)
	}
}

// shared are the services that all people change; each has the revisions v2 and v3 at first.
var shared = []string{"a", "b", "c", "d"}

// crowd is people with one stack.
type crowd struct {
	t         *testing.T
	kubectl   lab.Kubectl
	api       *api
	registers map[string]*register

	mu   sync.Mutex
	ends map[string]map[int]int // how often a verb ended with a code
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	s := newStack(t, "together", nil)
	c := &crowd{t: t, kubectl: s.kubectl, registers: map[string]*register{}, ends: map[string]map[int]int{}}
	var err error
	if c.api, err = newAPI(s.kubectl); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	var group sync.WaitGroup
	for _, service := range shared {
		c.registers[service] = &register{begin: begin}
		group.Go(func() {
			for _, command := range []string{
				"run -p 80/http --mesh=false --name " + service + " echo:v1",
				"stage --image echo:v2 " + service + ":v2",
				"stage --image echo:v3 " + service + ":v3",
			} {
				if code, stderr := c.run(command); code != 0 {
					t.Errorf("kubectl rio %s ended with code %d\n%s", command, code, stderr)
				}
			}
		})
	}
	if group.Wait(); t.Failed() {
		t.FailNow()
	}
	return c
}

// work is one person's commands.
func (c *crowd) work(random *rand.Rand, commands int) {
	for range commands {
		service, revision := shared[random.IntN(len(shared))], []string{"v2", "v3"}[random.IntN(2)]
		m := move{verb: pick(random), revision: revision}
		command := m.verb + " --timeout 30s"
		if random.IntN(10) > 0 && m.verb != "promote" {
			command += " --wait=false"
		}
		switch m.verb {
		case "look":
			c.look(service)
			continue
		case "weight":
			m.percent = random.IntN(61) // two of these may be more than there is, which is refused
			command += fmt.Sprintf(" %s:%s=%d%%", service, revision, m.percent)
		case "scale":
			command += fmt.Sprintf(" %s=%d", []string{service, service + ":" + revision}[random.IntN(2)], 1+random.IntN(2))
		case "stage":
			command += fmt.Sprintf(" --image echo:v%d %s:%s", 1+random.IntN(3), service, revision)
		case "abort":
			command += " " + service
		default:
			command += " " + service + ":" + revision
		}
		c.act(service, m, command)
	}
}

// pick is a verb, the everyday ones more often.
func pick(random *rand.Rand) string {
	n := random.IntN(100)
	for _, v := range []struct {
		verb  string
		often int
	}{{"look", 25}, {"weight", 40}, {"scale", 12}, {"stage", 8}, {"rm", 8}, {"abort", 6}, {"promote", 1}} {
		if n -= v.often; n < 0 {
			return v.verb
		}
	}
	return "look"
}

var (
	// refused is what a command says that has decided to write nothing.
	refused = regexp.MustCompile(`is being promoted to|is being removed|has no revision|carries \d+% of the traffic|sum to|has no ready pod, so it gets no traffic`)
	// overtaken is what one says that somebody else has undone meanwhile.
	overtaken = regexp.MustCompile(`was deleted while it was waited for|was written and did not last|somebody else changed the split`)
	// conflict is what one must say that ends with code 4.
	conflict = regexp.MustCompile(`conflict with "|the object has been modified|somebody else (change(s|d the split)|makes it at the same time)`)
)

// act runs a command that changes a service, and enters it in the service's register.
func (c *crowd) act(service string, m move, command string) {
	done := c.registers[service].enter(m)
	code, stderr := c.run(command)
	c.count(m.verb, code)
	if code > 1 {
		c.t.Logf("kubectl rio %s: code %d\n%s", command, code, stderr)
	}
	switch {
	case !slices.Contains([]int{0, 1, 3, 4}, code):
		c.t.Errorf("kubectl rio %s ended with code %d, which is for other things\n%s", command, code, stderr)
	case code == 1 && !refused.MatchString(stderr) && !overtaken.MatchString(stderr):
		c.t.Errorf("kubectl rio %s failed\n%s", command, stderr)
	case code == 4 && !conflict.MatchString(stderr):
		c.t.Errorf("kubectl rio %s ended with code %d and names no conflict\n%s", command, code, stderr)
	}
	switch {
	case m.verb == "scale": // no split changes by it
		done(untouched)
	case code == 0:
		done(acknowledged)
	case refused.MatchString(stderr), !overtaken.MatchString(stderr) && code == 4 && (m.verb == "weight" || m.verb == "abort"): // one write, that was not taken
		done(untouched)
	default:
		done(unknown)
	}
}

// run runs the program in this process, as the tests of releases do.
func (c *crowd) run(command string) (code int, stderr string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), 3*time.Minute)
	defer cancel()
	code, _, stderr = program.Run(ctx, c.kubectl.Kubeconfig, strings.Fields(command)...)
	return code, stderr
}

// finishPromotions repeats those that lost too many races against other tools.
func (c *crowd) finishPromotions() {
	for _, service := range shared {
		if s, err := c.api.split(c.t.Context(), c.kubectl.Namespace, service); err != nil {
			c.t.Error(err)
		} else if s.promoting != "" {
			c.act(service, move{verb: "promote", revision: s.promoting}, "promote "+service+":"+s.promoting)
		}
	}
}

func (c *crowd) count(verb string, code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ends[verb] == nil {
		c.ends[verb] = map[int]int{}
	}
	c.ends[verb][code]++
}
