package plan

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// flagged is a flag with a value, as the command of a revision is noted.
var flagged = regexp.MustCompile(`--([a-z-]+) ([^-\s]\S*) `)

// again is how a revision is staged once more: kubectl rio stage -n STACK, the flags of before, those
// that mend it, which reports what they replace, its name, and what follows that. Latest is staged
// as another one, and promoted. What no flag sets stage takes from latest, so that a staged revision
// needs all the flags that made it; where nobody knows them, it is said what is lost.
func again(s rio.Service, r rio.Revision, replaces func(flag, value string) bool) (flags, name, then string) {
	ref := s.Ref().Of(r.Name)
	if ref.IsLatest() {
		next := spare(s)
		return "", next.String(), fmt.Sprintf("; then kubectl rio promote -n %s %s", s.Namespace, next)
	}
	flags, then, known := stagedBy(ref, r.Cause.Command)
	if !known {
		flags, then = fmt.Sprintf("--image %s ", r.Image()), ", with all else that is its own: what no flag sets is taken from latest"
	}
	flags = flagged.ReplaceAllStringFunc(flags, func(flag string) string {
		m := flagged.FindStringSubmatch(flag)
		if m[1] == "scale" || m[1] == "weight" || replaces(m[1], m[2]) {
			return ""
		}
		return flag
	})
	if latest, ok := s.Latest(); r.Replicas != nil && (!ok || count(latest) != *r.Replicas) {
		flags += fmt.Sprintf("--scale %d ", *r.Replicas)
	}
	if r.Weight > 0 {
		flags += fmt.Sprintf("--weight %d%% ", r.Weight)
	}
	for _, m := range r.Match {
		if !strings.Contains(flags, m.String()) {
			flags += fmt.Sprintf("--match '%s' ", m)
		}
	}
	return strings.TrimSuffix(" "+flags, " "), ref.String(), then
}

// spare is a revision that a hint may stage.
func spare(s rio.Service) rio.Ref {
	next := s.Ref().Of(rio.DefaultNext)
	if _, taken := s.Revision(next.Revision); taken {
		next.Revision += "2"
	}
	return next
}

// stagedBy are the flags of the command that staged a revision, each with a space behind it, and what
// stands behind the name. They are not known where it was another command, or is not all there.
func stagedBy(ref rio.Ref, command string) (flags, args string, known bool) {
	line, ok := strings.CutPrefix(command, "stage ")
	line, args, dashed := strings.Cut(line, " -- ")
	if dashed {
		args = " -- " + args
	}
	at := strings.LastIndex(line, " ") + 1
	named, err := rio.ParseRef(line[at:], ref.Namespace)
	ours := err == nil && named.Service == ref.Service && cmp.Or(named.Revision, rio.DefaultNext) == ref.Revision
	return line[:at], args, ok && ours && !strings.HasSuffix(command, rio.CauseCut)
}

// isFlag makes a question of names.
func isFlag(names ...string) func(flag, value string) bool {
	return func(flag, _ string) bool { return slices.Contains(names, flag) }
}
