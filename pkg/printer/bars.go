package printer

import "strings"

// Bars draws shares of a whole, with characters that the terminal has.
type Bars struct{ full, empty string }

// NewBars chooses block characters, or plain ASCII.
func NewBars(unicode bool) Bars {
	if unicode {
		return Bars{"█", "·"}
	}
	return Bars{"#", "."}
}

// barWidth is how many characters 100 % takes.
const barWidth = 20

// Draw is a bar of percent out of 100. A share above 0 is never drawn as nothing.
func (b Bars) Draw(percent int) string {
	n := (percent*barWidth + 50) / 100
	if percent > 0 && n == 0 {
		n = 1
	}
	return strings.Repeat(b.full, n) + strings.Repeat(b.empty, barWidth-n)
}
