package printer

import (
	"fmt"
	"io"

	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// most is how many fields of one change are shown: all of them together are to fit a screen.
const most = 12

// Stack draws what a stack file changes: first how much, then each thing with its fields.
func Stack(w io.Writer, name string, changes []stack.Change, colour bool) error {
	b := sheet{colour: colour}
	count := map[string]int{}
	for _, c := range changes {
		count[c.Op]++
	}
	fmt.Fprintf(&b, "stack %s: %d added, %d changed, %d removed\n", Clean(name), count[stack.Added], count[stack.Changed], count[stack.Removed])
	for _, c := range changes {
		b.line(c.Op, c.Kind+" "+c.Name)
		for i, f := range c.Fields {
			if i == most {
				b.detail(fmt.Sprintf("and %d more", len(c.Fields)-most))
				break
			}
			b.detail(f)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
