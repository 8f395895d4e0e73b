package printer

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Service is one line of a list of services: a revision, with what is true of it now.
// Its JSON names are those of Rio's own output.
type Service struct {
	ID          string           `json:"id"` // NAMESPACE:SERVICE[:REVISION]
	Name        string           `json:"name"`
	Stack       string           `json:"stack"`
	Revision    string           `json:"revision"`
	Image       string           `json:"image"`
	Created     time.Time        `json:"created"`
	Scale       int32            `json:"scale"`
	ScaleStatus spec.ScaleStatus `json:"scaleStatus"`
	State       string           `json:"state"`
	Weight      int              `json:"weight"`           // percent
	Match       []string         `json:"match,omitempty"`  // requests that it gets whatever its weight is
	Sticky      string           `json:"sticky,omitempty"` // cookie that keeps users on it
	Endpoints   []string         `json:"endpoints,omitempty"`
	Detail      string           `json:"detail,omitempty"`
	*described                   // all else that a stack file may say of the revision, where it is asked for

	ref      rio.Ref
	beside   string                 // which requests come to it beside those of its weight
	reported bool                   // its scaleStatus
	figures  map[string]rio.Figures // of all revisions of its service
}

// Services lists the revisions of services, newest service first, latest before the
// staged ones.
func Services(services []rio.Service) []Service {
	var rows []Service
	for _, s := range services {
		for _, r := range s.Revisions {
			rows = append(rows, row(s, r))
		}
	}
	NewestFirst(rows)
	return rows
}

// NewestFirst sorts lines of several lists; those of a service stay together, in their order.
func NewestFirst(rows []Service) {
	slices.SortStableFunc(rows, func(a, b Service) int {
		return cmp.Or(b.Created.Compare(a.Created), a.ref.Of("").Compare(b.ref.Of("")))
	})
}

func row(s rio.Service, r rio.Revision) Service {
	ref := s.Ref().Of(r.Name)
	line := Service{
		ID: ref.ID(), Name: ref.String(), Stack: s.Namespace, Revision: r.Name,
		Created: created(s), Weight: r.Weight, Endpoints: Endpoints(s, r.Name), ref: ref,
	}
	if !ref.IsLatest() {
		line.ID += ":" + r.Name
	}
	o := r.Observed
	if o == nil {
		o = &rio.Observed{Template: r.Template}
	}
	line.Match = s.Matched(r)
	if len(line.Match) > 0 {
		line.beside = "gets " + strings.Join(line.Match, " or ")
	}
	if cookie, ok := s.Kept(r); ok {
		line.Sticky, line.beside = cookie.Name, joined(line.beside, "keeps users with "+cookie.String())
	}
	line.Image = r.Image()
	line.Scale = o.Replicas
	line.ScaleStatus = spec.ScaleStatus{Ready: o.Ready, Unavailable: max(o.Total-o.Available, 0), Available: max(o.Available-o.Ready, 0), Updated: o.Updated}
	line.reported = o.Reported
	line.State, line.Detail = o.State()
	for _, name := range slices.Sorted(maps.Keys(s.Lost)) {
		if ref.IsLatest() {
			line.Detail = joined(line.Detail, LostRevision(s, name))
		}
	}
	if _, ok := s.Latest(); !ok {
		line.Detail = joined(line.Detail, fmt.Sprintf("latest is lost: kubectl rio why -n %s %s", s.Namespace, s.Name))
	}
	line.Detail = joined(line.Detail, UnderWay(s, r.Name))
	return line
}

// joined puts what is known of a revision behind each other.
func joined(text, more string) string {
	if text == "" || more == "" {
		return text + more
	}
	return text + "; " + more
}

// LostRevision says of a revision whose workload somebody deleted what comes of it, and what helps.
func LostRevision(s rio.Service, name string) string {
	share := ""
	if n := s.Lost[name]; n > 0 {
		share = fmt.Sprintf(" with %d%% of the traffic", n)
	}
	way := fmt.Sprintf("kubectl rio rm -n %s %s", s.Namespace, s.Ref().Of(name))
	if s.Promoting != "" { // rm is refused until then
		way = s.Onward()
	}
	return fmt.Sprintf("%s is lost%s: %s", name, share, way)
}

// created is the age of the service, which its revisions share.
func created(s rio.Service) time.Time {
	var oldest time.Time
	for _, r := range s.Revisions {
		if r.Observed == nil {
			continue
		}
		if r.Name == rio.Latest {
			return r.Observed.Created
		}
		if oldest.IsZero() || r.Observed.Created.Before(oldest) {
			oldest = r.Observed.Created
		}
	}
	return oldest
}

// Endpoints are the URLs of a revision, one for each port that is published on the gateway.
func Endpoints(s rio.Service, revision string) []string {
	var urls []string
	for _, p := range s.Ports {
		if url := s.URL(p, revision); url != "" {
			urls = append(urls, url)
		}
	}
	return urls
}

// scale is how many pods there are to be, and, when that is not how it is, how many
// are unavailable, available and ready, and the part that is updated.
func (s Service) scale() string {
	st := s.ScaleStatus
	if !s.reported || (st.Unavailable == 0 && st.Available == 0 && st.Ready == s.Scale) {
		return fmt.Sprint(s.Scale)
	}
	text := fmt.Sprintf("(%d/%d/%d)/%d", st.Unavailable, st.Available, st.Ready, s.Scale)
	if st.Updated > 0 && st.Updated != s.Scale && s.Scale > 0 {
		text += fmt.Sprintf(" %d%%", st.Updated*100/s.Scale)
	}
	return text
}

// AddFigures gives the lines of a service what was measured of it.
func AddFigures(list []Service, ref rio.Ref, figures map[string]rio.Figures) {
	for i := range list {
		if list[i].ref.Of("") == ref {
			list[i].figures = figures
		}
	}
}

// ServiceTable draws the list; names outside of namespace carry their stack. Wide adds
// the split, as it is set and as it was measured, and what comes beside it; ids a first column.
func ServiceTable(w io.Writer, list []Service, namespace string, now time.Time, wide, ids bool) error {
	header := []string{"NAME", "IMAGE", "CREATED", "SCALE", "STATE", "ENDPOINT", "DETAIL"}
	if wide {
		header = []string{"NAME", "IMAGE", "CREATED", "SCALE", "STATE", "READY", "WEIGHT", "MEASURED", "RATE", "ERRORS", "P95", "ENDPOINT", "DETAIL"}
	}
	var rows [][]string
	for _, s := range list {
		endpoint := ""
		if len(s.Endpoints) > 0 {
			endpoint = s.Endpoints[0]
		}
		detail := s.Detail
		row := []string{s.ID, s.ref.In(namespace), s.Image, ago(s.Created, now), s.scale(), s.State}
		if wide {
			row = append(row, fmt.Sprintf("%d/%d", s.ScaleStatus.Ready, s.Scale), fmt.Sprintf("%d%%", s.Weight))
			row = append(row, measured(s.figures, s.Revision)...)
			detail = joined(detail, s.beside)
		}
		row = append(row, endpoint, detail)
		rows = append(rows, row)
	}
	return tableWithIDs(w, header, rows, ids)
}
