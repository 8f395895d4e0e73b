package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Each change of what is waited for is told once, however often the others are looked at; a
// terminal, which has one line for all, shows all that is left.
func TestAWaitForTwoTellsOfEach(t *testing.T) {
	web, db := rio.Ref{Namespace: "shop", Service: "web"}, rio.Ref{Namespace: "shop", Service: "db"}
	play := func(live bool) string {
		var screen bytes.Buffer
		o := NewOptions(genericiooptions.IOStreams{Out: &bytes.Buffer{}, ErrOut: &screen})
		o.Now = func() time.Time { return time.Unix(0, 0) }
		w := waiting{o: o}
		for i, is := range []string{"0/1 ready", "0/1 ready: web-1: ErrImagePull", "0/1 ready: web-1: ErrImagePull"} {
			w.tell(web, plan.Standing{Is: is})
			if i == 0 {
				w.line.p.live = live
			}
			w.tell(db, plan.Standing{Is: "0/2 ready"})
		}
		w.drop(web)
		return screen.String()
	}
	want := "  wait      web 0/1 ready                      0.0s\n  wait      db 0/2 ready                       0.0s\n" +
		"  wait      web 0/1 ready: web-1: ErrImagePull   0.0s\n"
	if diff := cmp.Diff(want, play(false)); diff != "" {
		t.Error(diff)
	}
	want = "  wait      web 0/1 ready                      0.0s\n\r\x1b[K  wait      db 0/2 ready; web 0/1 ready        0.0s" +
		"\r\x1b[K  wait      db 0/2 ready; web 0/1 ready: web-1: ErrImagePull   0.0s\r\x1b[K  wait      db 0/2 ready                       0.0s"
	if diff := cmp.Diff(want, play(true)); diff != "" {
		t.Error(diff)
	}
}
