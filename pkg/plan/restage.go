package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mattn/go-shellwords"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// restage is how a revision is staged once more: kubectl rio stage -n STACK, the flags of before, those
// that mend it, which reports what they replace, its name, and what follows that. Latest is staged
// as another one, and promoted. What no flag sets stage takes from latest, so that a staged revision
// needs all the flags that made it; where nobody knows them, it is said what is lost.
func restage(s rio.Service, r rio.Revision, replaces func(flag, value string) bool) (flags, name, then string) {
	ref := s.Ref().Of(r.Name)
	if ref.IsLatest() {
		next := spare(s)
		return "", next.String(), fmt.Sprintf("; then kubectl rio promote -n %s %s", s.Namespace, next)
	}
	words, then, known := stagedBy(ref, r.Cause.Command)
	if !known {
		words, then = []string{"--image", r.Image()}, ", with all else that is its own: what no flag sets is taken from latest"
	}
	var kept []string
	for i := 0; i < len(words); i++ {
		flag, named := strings.CutPrefix(words[i], "--")
		if !named || i+1 == len(words) || strings.HasPrefix(words[i+1], "-") { // it has no value
			kept = append(kept, words[i])
			continue
		}
		i++
		if flag != "scale" && flag != "weight" && !replaces(flag, words[i]) {
			kept = append(kept, words[i-1], words[i])
		}
	}
	if latest, ok := s.Latest(); r.Replicas != nil && (!ok || count(latest) != *r.Replicas) {
		kept = append(kept, "--scale", fmt.Sprint(*r.Replicas))
	}
	if r.Weight > 0 {
		kept = append(kept, "--weight", fmt.Sprintf("%d%%", r.Weight))
	}
	for _, m := range r.Match {
		if !slices.Contains(kept, m.String()) {
			kept = append(kept, "--match", m.String())
		}
	}
	return strings.TrimSuffix(" "+rio.QuoteAll(kept), " "), ref.String(), then
}

// spare is a revision that a hint may stage.
func spare(s rio.Service) rio.Ref {
	next := s.Ref().Of(rio.DefaultNext)
	if _, taken := s.Revision(next.Revision); taken {
		next.Revision += "2"
	}
	return next
}

// unused is the first of v2, v3 and so on that the service does not have: who types it replaces nothing.
func unused(s rio.Service) rio.Ref {
	for n := 2; ; n++ {
		name := fmt.Sprintf("v%d", n)
		_, taken := s.Revision(name)
		if _, lost := s.Lost[name]; !taken && !lost && s.Removing != name {
			return s.Ref().Of(name)
		}
	}
}

// stagedBy are the flags of the command that staged a revision, in words, and what stands behind the
// name. They are not known where it was another command, or is not all there, nor where a shell would
// find anything else in it than words: the note may be somebody else's, and is to be typed again.
func stagedBy(ref rio.Ref, command string) (flags []string, args string, known bool) {
	parser := shellwords.NewParser() // which runs nothing, and ends where a command does
	words, err := parser.Parse(command)
	if err != nil || rio.QuoteAll(words) != command || len(words) < 2 || words[0] != "stage" || words[1] == "--" {
		return nil, "", false
	}
	end := len(words)
	if dashes := slices.Index(words, "--"); dashes > 1 {
		end, args = dashes, " "+rio.QuoteAll(words[dashes:])
	}
	named, err := rio.ParseRef(words[end-1], ref.Namespace)
	ours := err == nil && named.Service == ref.Service && cmp.Or(named.Revision, rio.DefaultNext) == ref.Revision
	return words[1 : end-1], args, ours && !strings.HasSuffix(command, rio.CauseCut)
}

// isFlag makes a question of names.
func isFlag(names ...string) func(flag, value string) bool {
	return func(flag, _ string) bool { return slices.Contains(names, flag) }
}
