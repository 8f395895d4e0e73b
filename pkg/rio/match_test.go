package rio_test

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestParseMatch(t *testing.T) {
	for s, want := range map[string]rio.Match{
		"header:X-Canary=1":             {Kind: "header", Name: "x-canary", Value: "1"},
		"header:user-agent=Mozilla (X)": {Kind: "header", Name: "user-agent", Value: "Mozilla (X)"},
		"header:a=b=c":                  {Kind: "header", Name: "a", Value: "b=c"},
		"cookie:Beta=yes":               {Kind: "cookie", Name: "Beta", Value: "yes"},
		"from:front":                    {Kind: "from", Value: "shop/front"},
		"from:other/front:v2":           {Kind: "from", Value: "other/front:v2"},
	} {
		t.Run(s, func(t *testing.T) {
			got, err := rio.ParseMatch(s, "shop")
			if err != nil || got != want {
				t.Fatalf("got %+v, %v, want %+v", got, err, want)
			}
			if again, err := rio.ParseMatch(got.String(), "elsewhere"); err != nil || again != got {
				t.Errorf("%q reads back as %+v, %v", got, again, err)
			}
		})
	}
	for s, want := range map[string]string{
		"":                    `invalid match "": want header:NAME=VALUE, cookie:NAME=VALUE or from:[STACK/]SERVICE[:REVISION]`,
		"x-canary=1":          `invalid match "x-canary=1": want header:NAME=VALUE, cookie:NAME=VALUE or from:[STACK/]SERVICE[:REVISION]`,
		"header:x-canary":     `invalid match "header:x-canary": want header:NAME=VALUE, cookie:NAME=VALUE or from:[STACK/]SERVICE[:REVISION]`,
		"header:x canary=1":   `invalid match "header:x canary=1": want a header's name and one value in plain characters, for example: header:x-canary=1`,
		"header:x=":           `invalid match "header:x=": want a header's name and one value in plain characters, for example: header:x-canary=1`,
		"header:x=\x1b[2J":    "invalid match \"header:x=\\x1b[2J\": want a header's name and one value in plain characters, for example: header:x-canary=1",
		"header:cookie=a":     `invalid match "header:cookie=a": a request has its cookies in one header; want cookie:NAME=VALUE`,
		"cookie:beta=1;2":     `invalid match "cookie:beta=1;2": want a cookie's name and value without spaces, quotes, commas, semicolons and backslashes, for example: cookie:beta=1`,
		"from:Not-A-Name":     `invalid match "from:Not-A-Name": invalid name "Not-A-Name": service "Not-A-Name": `,
		"method:GET=anything": `invalid match "method:GET=anything": want header:NAME=VALUE, cookie:NAME=VALUE or from:[STACK/]SERVICE[:REVISION]`,
	} {
		t.Run("not "+s, func(t *testing.T) {
			if _, err := rio.ParseMatch(s, "shop"); err == nil || len(err.Error()) < len(want) || err.Error()[:len(want)] != want {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

func FuzzParseMatch(f *testing.F) {
	for _, s := range []string{"header:x=1", "cookie:a=b", "from:a/b:c", "header:", "cookie:=", "from:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := rio.ParseMatch(s, "shop")
		if err != nil {
			return
		}
		if again, err := rio.ParseMatch(m.String(), "other"); err != nil || again != m {
			t.Errorf("%q is %+v, and reads back as %+v, %v", s, m, again, err)
		}
	})
}
