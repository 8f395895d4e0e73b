package main

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Where things are, in pixels.
const (
	width, height       = 1000, 485
	left, right         = 52, 170 // margins; the commands' names reach into the right one
	top, bottom         = 185, 395
	lossTop, lossBottom = 403, 415
	plot                = width - left - right
	labelGap            = 15 // between the names of two commands, at least
	labelLength         = 34 // characters that there is room for
)

// palette is Okabe and Ito's, which people tell apart whatever colours they see,
// https://jfly.uni-koeln.de/color/. Vermilion is for what is lost.
var palette = []string{"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9"}

const lossColour = "#d55e00"

// style is light or dark as its reader's screen is, with a ground of its own: the page
// around it may be otherwise.
const style = `<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 15px; font-weight: 600 }
.promote { font-weight: 700 }
.ground { fill: #ffffff }
.line { stroke: #1f2328; fill: none }
.mark { stroke: #1f2328; fill: none; stroke-dasharray: 3 3; opacity: .7 }
.mark.promote { stroke-dasharray: none; stroke-width: 2; opacity: 1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .ground { fill: #0d1117 }
  .line, .mark { stroke: #e6edf3 }
}
</style>
`

func (c chart) svg() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="title desc">`+"\n", width, height)
	fmt.Fprintf(&b, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n", html.EscapeString(c.title()), html.EscapeString(c.description()))
	b.WriteString(style)
	fmt.Fprintf(&b, "<rect class=\"ground\" width=\"%d\" height=\"%d\"/>\n", width, height)
	fmt.Fprintf(&b, "<text class=\"title\" x=\"%d\" y=\"24\">%s</text>\n", left, html.EscapeString(c.title()))
	c.areas(&b)
	c.losses(&b)
	c.axes(&b)
	c.commands(&b)
	c.legend(&b)
	b.WriteString("</svg>\n")
	return b.String()
}

func (c chart) title() string {
	return message.NewPrinter(language.English).Sprintf("One release under load: %d requests in %v, %d lost", c.requests, c.took(), c.lost)
}

// description is the chart for those who do not see it.
func (c chart) description() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Which part of the answers came from which revision (%s), over time.", strings.Join(c.versions, ", "))
	for _, m := range c.marks {
		fmt.Fprintf(&b, " %.1f s: %s.", m.seconds, m.name)
	}
	return b.String()
}

func (c chart) x(seconds float64) float64 { return left + plot*seconds/c.seconds() }

// binX is the middle of a bin; the first and the last one reach to the edge.
func (c chart) binX(i int) float64 {
	switch i {
	case 0:
		return left
	case len(c.bins) - 1:
		return left + plot
	}
	return left + plot*(float64(i)+0.5)/float64(len(c.bins))
}

func y(share float64) float64 { return bottom - (bottom-top)*share }

// areas stacks the shares, the first version at the bottom.
func (c chart) areas(b *strings.Builder) {
	below := make([]float64, len(c.bins))
	for i, version := range c.versions {
		var edge, back []string
		for j, bin := range c.bins {
			back = append(back, fmt.Sprintf("%.1f,%.1f", c.binX(j), y(below[j])))
			below[j] += bin.share[version]
			edge = append(edge, fmt.Sprintf("%.1f,%.1f", c.binX(j), y(below[j])))
		}
		for _, point := range slices.Backward(back) {
			edge = append(edge, point)
		}
		fmt.Fprintf(b, "<polygon fill=\"%s\" points=\"%s\"/>\n", colour(i), strings.Join(edge, " "))
	}
}

func colour(i int) string { return palette[i%len(palette)] }

// losses is a row below, with a bar where a request was lost.
func (c chart) losses(b *strings.Builder) {
	step := float64(plot) / float64(len(c.bins))
	for i, bin := range c.bins {
		if bin.lost > 0 {
			fmt.Fprintf(b, "<rect fill=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%d lost</title></rect>\n",
				lossColour, left+step*float64(i), lossTop, max(step, 2), lossBottom-lossTop, bin.lost)
		}
	}
	fmt.Fprintf(b, "<path class=\"line\" d=\"M%d %dh%d\"/>\n", left, lossBottom, plot)
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\">%d lost</text>\n", left+plot+8, lossBottom-1, c.lost)
}

func (c chart) axes(b *strings.Builder) {
	fmt.Fprintf(b, "<path class=\"line\" d=\"M%d %dV%dH%d\"/>\n", left, top, bottom, left+plot)
	for _, percent := range []int{0, 50, 100} {
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d%%</text>\n", left-6, y(float64(percent)/100)+4, percent)
	}
	every := 10.0
	for c.seconds()/every > 12 {
		every *= 2
	}
	for s := 0.0; s <= c.seconds(); s += every {
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f s</text>\n", c.x(s), lossBottom+18, s)
	}
}

// commands stand where they were given; names that would overlap stand further right.
func (c chart) commands(b *strings.Builder) {
	free := float64(left)
	for _, m := range c.marks {
		at, class := c.x(m.seconds), ""
		if m.promotes() {
			class = " promote"
		}
		label := max(at, free)
		free = label + labelGap
		fmt.Fprintf(b, "<path class=\"mark%s\" d=\"M%.1f %dV%dL%.1f %d\"/>\n", class, at, lossBottom, top-4, label, top-14)
		fmt.Fprintf(b, "<text class=\"name%s\" transform=\"translate(%.1f %d) rotate(-38)\">%s</text>\n", class, label+4, top-16, html.EscapeString(shorten(m.name)))
	}
}

// shorten leaves out the end of what does not fit; the description has all of it.
func shorten(name string) string {
	if r := []rune(name); len(r) > labelLength {
		return string(r[:labelLength-1]) + "…"
	}
	return name
}

func (c chart) legend(b *strings.Builder) {
	at := left
	for i, version := range c.versions {
		fmt.Fprintf(b, "<rect fill=\"%s\" x=\"%d\" y=\"%d\" width=\"12\" height=\"12\"/>\n", colour(i), at, height-32)
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\">answers of %s</text>\n", at+18, height-22, html.EscapeString(version))
		at += 60 + 9*len("answers of "+version)
	}
}
