package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden file anew")

func TestChart(t *testing.T) {
	data, err := os.Open("testdata/release.json")
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	var got bytes.Buffer
	if err := run(data, &got); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/release.svg"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for d := xml.NewDecoder(&got); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("it is no XML: %v", err)
		}
	}
}

func TestAChartOfNothing(t *testing.T) {
	for name, tc := range map[string]struct{ data, want string }{
		"no JSON":      {"lost", "read the course of a release: "},
		"no answers":   {`{"slots": [{"lost": 3}]}`, "nobody answers in these data"},
		"no slots yet": {`{}`, "nobody answers in these data"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := run(strings.NewReader(tc.data), &out); err == nil || !strings.HasPrefix(err.Error(), tc.want) || out.Len() > 0 {
				t.Errorf("got %v and %d bytes, want %q", err, out.Len(), tc.want)
			}
		})
	}
}
