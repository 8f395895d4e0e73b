package rio

import (
	"fmt"
	"regexp"
	"strings"
)

// Match is one kind of request that goes to a revision whatever its weight is.
type Match struct {
	Kind  string // MatchHeader, MatchCookie or MatchFrom
	Name  string // of the header, in lower case, or of the cookie
	Value string // of that; of MatchFrom the caller, STACK/SERVICE[:REVISION]
}

// What a Match looks at.
const (
	MatchHeader = "header"
	MatchCookie = "cookie"
	MatchFrom   = "from"
)

const matchForm = "header:NAME=VALUE, cookie:NAME=VALUE or from:[STACK/]SERVICE[:REVISION]"

// The characters of names and of cookie values, RFC 9110 section 5.6.2 and RFC 6265 section
// 4.1.1; a header's value may have spaces inside.
var (
	token       = form{regexp.MustCompile("^[a-z0-9!#$%&'*+.^_|~-]+$"), 128}
	cookieName  = form{regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_|~-]+$"), 128}
	cookieValue = form{regexp.MustCompile(`^[!#-+\--:<-\[\]-~]+$`), 256}
	headerValue = form{regexp.MustCompile(`^[!-~]([ -~]*[!-~])?$`), 256}
)

// form is what a text may have in it, and how long it may be. A pattern that counts itself is
// as many times as large, and every start makes it.
type form struct {
	pattern *regexp.Regexp
	longest int
}

func (f form) MatchString(s string) bool { return len(s) <= f.longest && f.pattern.MatchString(s) }

// ParseMatch reads header:NAME=VALUE, cookie:NAME=VALUE or from:[STACK/]SERVICE[:REVISION].
func ParseMatch(s, namespace string) (Match, error) {
	kind, rest, _ := strings.Cut(s, ":")
	m := Match{Kind: kind}
	if kind == MatchFrom {
		ref, err := ParseRef(rest, namespace)
		if err != nil {
			return Match{}, fmt.Errorf("invalid match %q: %w", s, err)
		}
		m.Value = ref.Namespace + "/" + ref.Service
		if ref.Revision != "" {
			m.Value += ":" + ref.Revision
		}
		return m, nil
	}
	var ok bool
	m.Name, m.Value, ok = strings.Cut(rest, "=")
	switch {
	case kind == MatchHeader && ok:
		m.Name = strings.ToLower(m.Name)
		if !token.MatchString(m.Name) || !headerValue.MatchString(m.Value) {
			return Match{}, fmt.Errorf("invalid match %q: want a header's name and one value in plain characters, for example: header:x-canary=1", s)
		}
		if m.Name == MatchCookie {
			return Match{}, fmt.Errorf("invalid match %q: a request has its cookies in one header; want cookie:NAME=VALUE", s)
		}
	case kind == MatchCookie && ok:
		if !cookieName.MatchString(m.Name) || !cookieValue.MatchString(m.Value) {
			return Match{}, fmt.Errorf("invalid match %q: want a cookie's name and value without spaces, quotes, commas, semicolons and backslashes, for example: cookie:beta=1", s)
		}
	default:
		return Match{}, fmt.Errorf("invalid match %q: want %s", s, matchForm)
	}
	return m, nil
}

// String is the form ParseMatch reads.
func (m Match) String() string {
	if m.Kind == MatchFrom {
		return m.Kind + ":" + m.Value
	}
	return m.Kind + ":" + m.Name + "=" + m.Value
}

// Caller is who calls, of a MatchFrom.
func (m Match) Caller(namespace string) (Ref, bool) {
	ref, err := ParseRef(m.Value, namespace)
	return ref, m.Kind == MatchFrom && err == nil
}

// Matched are the requests that a revision gets whatever its weight is, in the form that ParseMatch reads;
// none while latest gets them.
func (s Service) Matched(r Revision) []string {
	if s.Quiet.Has(r.Name) {
		return nil
	}
	var forms []string
	for _, m := range r.Match {
		forms = append(forms, m.String())
	}
	return forms
}

// Kept are the requests of users who are to stay on a revision: they have the cookie of its answers.
func (s Service) Kept(r Revision) (Match, bool) {
	return Match{Kind: MatchCookie, Name: s.Sticky, Value: r.Name}, s.Sticky != "" && r.Weight > 0 && r.Weight < 100
}

// ParseCookie checks the name of the cookie that keeps users on a revision.
func ParseCookie(name string) error {
	if !cookieName.MatchString(name) {
		return fmt.Errorf("invalid cookie %q: want a name of letters, digits and - or _, for example: rio-canary", name)
	}
	return nil
}
