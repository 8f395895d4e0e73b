package plan

import "github.com/kubectl-rio/kubectl-rio/pkg/rio"

// Abort gives latest all the traffic; the staged revisions stay, with none. Those that are quiet stay
// so, too: nothing is to be waited for.
func Abort(s rio.Service) (rio.Service, error) {
	want := map[string]int{}
	for _, r := range s.Revisions {
		if r.Name != rio.Latest {
			want[r.Name] = 0
		}
	}
	return weigh(s, s.Clone(), want)
}
