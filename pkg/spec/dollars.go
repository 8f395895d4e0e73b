package spec

import "strings"

// The kubelet puts variables in for $(NAME), in values of variables, in programs, their arguments and
// checks, and on the way makes one dollar of two, so that $$(NAME) is the text $(NAME):
// https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
// In the written form that holds for $$ in front of a parenthesis only. Any other $$ is two
// dollars, as in docker: a password, or a shell's own process ID.

// Escaped is a text as a pod has it.
func Escaped(text string) string {
	return dollars(text, func(n int) int {
		if n == 1 {
			return 1 // which the kubelet leaves alone
		}
		return 2 * n
	})
}

// unescaped is the inverse; of what others wrote, it is what comes into the container.
func unescaped(text string) string {
	return dollars(text, func(n int) int { return (n + 1) / 2 })
}

func eachOf(texts []string, change func(string) string) []string {
	if texts == nil {
		return nil
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = change(text)
	}
	return out
}

// dollars changes how many there are in a row, but for those in front of (...) and those
// inside of a reference, which the kubelet does not look at.
func dollars(text string, number func(int) int) string {
	var out strings.Builder
	for {
		first := strings.IndexByte(text, '$')
		if first < 0 {
			out.WriteString(text)
			return out.String()
		}
		rest := strings.TrimLeft(text[first:], "$")
		end, n, closed := len(text)-len(rest), len(text)-len(rest)-first, -1
		if strings.HasPrefix(rest, "(") {
			closed = strings.IndexByte(rest, ')')
		}
		switch {
		case closed < 0:
			out.WriteString(text[:first] + strings.Repeat("$", number(n)))
			text = rest
			continue
		case n%2 == 1: // a reference
			end += closed + 1
		}
		out.WriteString(text[:end])
		text = text[end:]
	}
}
