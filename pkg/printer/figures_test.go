package printer_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// seen are figures whose answers all took at most so long.
func seen(requests, errors int64, took, window time.Duration) rio.Figures {
	f := rio.Figures{Requests: requests, Errors: errors, Window: window}
	if requests > errors {
		f.Latency = []rio.Bucket{{UpTo: took, Count: requests - errors}}
	}
	return f
}

func TestMeasuredTable(t *testing.T) {
	s := with(service("default", "foobar", "nginx", time.Hour, true), rio.Latest, "nginx", 3, time.Hour, 70)
	s = with(s, "v2", "httpd", 1, time.Hour, 30)
	s = with(s, "v3", "dark", 1, time.Hour, 0)
	const minute = time.Minute
	for sentence, tc := range map[string]struct {
		figures map[string]rio.Figures
		window  time.Duration
		want    string
	}{
		"what is set and what happens": {map[string]rio.Figures{
			"latest": seen(24_720, 0, 3*time.Millisecond, minute), "v2": seen(10_440, 324, 420*time.Millisecond, minute), "v3": {Window: minute}}, minute, "" +
			"REVISION   IMAGE     READY     SET                         MEASURED 1m   RATE      ERRORS    P95\n" +
			"latest     nginx     3/3       ##############......  70%   70.3%         412/s     0         3ms\n" +
			"v2         httpd     1/1       ######..............  30%   29.7%         174/s     3.1%      399ms\n" +
			"v3         dark      1/1       ....................   0%   0.0%          0/s       -         -\n"},
		"little is not nothing": {map[string]rio.Figures{
			"latest": seen(20_000, 1, 9*time.Second, 2*time.Second), "v2": seen(7, 7, 0, 2*time.Second), "v3": seen(1, 0, 500*time.Microsecond, time.Hour)}, 1900 * time.Millisecond, "" +
			"REVISION   IMAGE     READY     SET                         MEASURED 2s   RATE      ERRORS    P95\n" +
			"latest     nginx     3/3       ##############......  70%   100.0%        10000/s   <0.1%     8.55s\n" +
			"v2         httpd     1/1       ######..............  30%   <0.1%         3.5/s     100.0%    -\n" +
			"v3         dark      1/1       ....................   0%   <0.1%         <0.1/s    0         <1ms\n"},
		"nobody came": {map[string]rio.Figures{"latest": {Window: minute}, "v2": {Window: minute}}, minute, "" +
			"REVISION   IMAGE     READY     SET                         MEASURED 1m   RATE      ERRORS    P95\n" +
			"latest     nginx     3/3       ##############......  70%   -             0/s       -         -\n" +
			"v2         httpd     1/1       ######..............  30%   -             0/s       -         -\n" +
			"v3         dark      1/1       ....................   0%   -             -         -         -\n"},
		"nobody measures": {nil, 0, "" +
			"REVISION   IMAGE     READY     SET\n" +
			"latest     nginx     3/3       ##############......  70%\n" +
			"v2         httpd     1/1       ######..............  30%\n" +
			"v3         dark      1/1       ....................   0%\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			if err := printer.MeasuredTable(&b, s, tc.figures, tc.window, printer.NewBars(false)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGradualLine(t *testing.T) {
	for sentence, tc := range map[string]struct {
		release printer.Gradual
		want    string
	}{
		"under way": {
			printer.Gradual{Revision: "v2", Weight: 40, Then: "next 50% in 12s", Figures: map[string]rio.Figures{
				"latest": seen(602, 0, time.Millisecond, time.Minute), "v2": seen(398, 0, 4*time.Millisecond, time.Minute)}},
			"  v2   40%  ████████············   measured 39.8%   errors 0.0%    p95 4ms     next 50% in 12s   (Ctrl-C holds here)"},
		"something is wrong": {
			printer.Gradual{Revision: "v2", Weight: 100, Then: "done in 1s", Figures: map[string]rio.Figures{"v2": seen(100, 50, 90*time.Second, time.Minute)}},
			"  v2  100%  ████████████████████   measured 100.0%  errors 50.0%   p95 1m26s   done in 1s   (Ctrl-C holds here)"},
		"nobody came": {
			printer.Gradual{Revision: "v2", Weight: 5, Then: "next 10% waits for requests: 0/100", Figures: map[string]rio.Figures{}},
			"  v2    5%  █···················   measured -       errors -       p95 -       next 10% waits for requests: 0/100   (Ctrl-C holds here)"},
		"it is not known": {
			printer.Gradual{Revision: "v2", Weight: 5, Blind: "no answer within 10s", Then: "next 10% waits for requests: 0/1", Figures: map[string]rio.Figures{"v2": {Requests: 9}}},
			"  v2    5%  █···················   not measured: no answer within 10s   next 10% waits for requests: 0/1   (Ctrl-C holds here)"},
		"nobody measures": {
			printer.Gradual{Revision: "v2", Weight: 5, Then: "next 10% in 30s"},
			"  v2    5%  █···················  next 10% in 30s   (Ctrl-C holds here)"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.release.Line(printer.NewBars(true))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
