package stack

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// maxRange is how many ports one word may stand for.
const maxRange = 1000

// portWord is [ADDRESS:][NUMBERS:]NUMBERS with what follows.
var portWord = regexp.MustCompile(`^((?:\[[^\]]*\]|\d+(?:\.\d+){3})?:)?(?:([\d-]+):)?([\d-]+)([/,].*)?$`)

// eachPort gives the ports of a range, FROM-TO or FROM-TO:FROM-TO. Any other word is itself.
func eachPort(word string) ([]string, error) {
	m := portWord.FindStringSubmatch(word)
	if m == nil || !strings.Contains(m[2]+m[3], "-") {
		return []string{word}, nil
	}
	first, count := numbersOf(m[3])
	published, same := numbersOf(cmp.Or(m[2], m[3]))
	if count != same || count < 1 || count > maxRange {
		return nil, fmt.Errorf("invalid port %q: want a range as FROM-TO or FROM-TO:FROM-TO, each side with as many ports and at most %d", word, maxRange)
	}
	var all []string
	for i := range count {
		port := ""
		if m[2] != "" {
			port = fmt.Sprintf("%d:", published+i)
		}
		all = append(all, fmt.Sprintf("%s%s%d%s", m[1], port, first+i, m[4]))
	}
	return all, nil
}

// numbersOf is a number, or FROM-TO, with how many it has; 0 where it is neither.
func numbersOf(numbers string) (first, count int) {
	from, to, ranged := strings.Cut(numbers, "-")
	if !ranged {
		to = from
	}
	first, err := strconv.Atoi(from)
	last, wrong := strconv.Atoi(to)
	if err != nil || wrong != nil {
		return 0, 0
	}
	return first, last - first + 1
}
