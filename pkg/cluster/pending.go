package cluster

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// forAMoment is how long a container may run and not be ready before that is worth a word: most are
// for a moment.
const forAMoment = 2 * time.Second

// pending is what a wait for a workload's pods has seen so far. The workload is watched, and so are
// its pods: what is reported holds both, or the count would wipe out the reason behind it.
type pending struct {
	report func(string)

	mu    sync.Mutex
	count rio.Observed
	stuck map[string]string // why it takes so long, by pod
	away  map[string]string // the node of which nothing is heard, by pod
	older map[string]string // the command that removes a pod of an earlier template, by pod
	quiet map[string]bool   // of which nothing is said yet
	turns bool              // pods are replaced one after the other, and each has to be ready first
	over  bool
}

func newPending(report func(string)) *pending {
	return &pending{report: report, stuck: map[string]string{}, away: map[string]string{}, older: map[string]string{}, quiet: map[string]bool{}}
}

// counted takes what the workload says.
func (p *pending) counted(o *rio.Observed) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count = *o
	p.tell()
}

// inTurns takes whether a broken pod stands in the way of its own successor.
func (p *pending) inTurns(turns bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turns = turns
}

// isOlder takes the command that removes a pod of an earlier template; empty: it is of the newest.
func (p *pending) isOlder(pod, remove string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.older[pod] = remove
}

// noted takes why a pod does not serve, or that it does, or goes: empty. Unless it fails it is
// given time.
func (p *pending) noted(pod, why string, fails bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.quiet, pod)
	if why == "" {
		delete(p.stuck, pod)
		p.tell()
		return
	}
	p.stuck[pod] = why
	if !fails {
		p.quiet[pod] = true
		time.AfterFunc(forAMoment, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			if p.stuck[pod] == why {
				delete(p.quiet, pod)
				p.tell()
			}
		})
	}
	p.tell()
}

// silent takes the node of a pod of which nothing is heard; empty: something is.
func (p *pending) silent(pod, node string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away[pod] = node
}

// knows reports whether that has been noted of a pod.
func (p *pending) knows(pod, why string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stuck[pod] == why
}

// rolling reports whether there are pods of an older template, too.
func (p *pending) rolling() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count.Total > p.count.Updated
}

// end makes sure that nothing is reported any more.
func (p *pending) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
}

// tell reports how far it is; the lock is held.
func (p *pending) tell() {
	if p.over {
		return
	}
	text, why := p.count.Progress(), p.count.Refused()
	if why == "" && p.count.Serving() < p.count.Replicas {
		why = p.stuck[p.first(func(pod string) bool { return !p.quiet[pod] })]
	}
	if why != "" {
		text += ": " + why
	}
	p.report(text)
}

// why is what the wait ends with when its time is over.
func (p *pending) why() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if refused := p.count.Refused(); refused != "" {
		return refused
	}
	pod := p.first(func(string) bool { return true })
	why := p.stuck[pod]
	if node := p.away[pod]; node != "" {
		why += "; if that node is gone for good: kubectl delete node " + node
	}
	if remove := p.older[pod]; remove != "" && p.turns { // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
		why += "; it is of an earlier version, and is not replaced before it is ready, so remove it: " + remove
	}
	return why
}

// first is the first pod by name that is stuck, of those that are asked for; the lock is held.
func (p *pending) first(of func(pod string) bool) string {
	for _, pod := range slices.Sorted(maps.Keys(p.stuck)) {
		if of(pod) {
			return pod
		}
	}
	return ""
}
