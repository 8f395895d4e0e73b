package lab

import (
	"strings"
	"testing"
)

// Tables of the walk-through, byte for byte.
const (
	oneService = "NAME      IMAGE     CREATED              SCALE     STATE     ENDPOINT   DETAIL\n" +
		"foobar    nginx     About a minute ago   1         active               \n"
	noService = "NAME      IMAGE     CREATED   SCALE     STATE     ENDPOINT   DETAIL\n"
	onePod    = "NAME                     IMAGE     CREATED         NODE                 IP          STATE     DETAIL\n" +
		"foobar/f6985f578-schpv   nginx     2 minutes ago   docker-for-desktop   10.1.3.58   running   \n"
	twoRevisions = "NAME        IMAGE     CREATED          SCALE     STATE     ENDPOINT                                    DETAIL\n" +
		"foobar      nginx     40 minutes ago   1         active    http://foobar.default.127.0.0.1.nip.io      \n" +
		"foobar:v2   httpd     40 minutes ago   1         active    http://foobar-v2.default.127.0.0.1.nip.io   \n"
)

const serviceHeader = "NAME  IMAGE  CREATED  SCALE  STATE  ENDPOINT  DETAIL\n"

func TestMatchTable(t *testing.T) {
	for name, tc := range map[string]struct{ got, want, problem string }{
		"the walk-through's first": {oneService, serviceHeader + "foobar  nginx  <AGE>  1  active", ""},
		"an empty list":            {noService, serviceHeader, ""},
		"a pod":                    {onePod, "NAME IMAGE\nfoobar/<POD>  nginx  <AGE>  <NODE>  <IP>  running", "row 0"},
		"a pod, all headings":      {onePod, "NAME  IMAGE  CREATED  NODE  IP  STATE  DETAIL\nfoobar/<POD>  nginx  <AGE>  <NODE>  <IP>  running", ""},
		"revisions": {twoRevisions, serviceHeader +
			"foobar     nginx  <AGE>  1  active  http://foobar.default.127.0.0.1.nip.io\n" +
			"foobar:v2  httpd  <AGE>  1  active  http://foobar-v2.default.127.0.0.1.nip.io", ""},
		"another image":      {oneService, serviceHeader + "foobar  httpd  <AGE>  1  active", `column IMAGE: got "nginx", want "httpd"`},
		"an endpoint":        {oneService, serviceHeader + "foobar  nginx  <AGE>  1  active  http://x", `column ENDPOINT: got "", want "http://x"`},
		"an empty cell":      {twoRevisions, serviceHeader + "foobar  nginx  <AGE>  1  active  <NONE>", "2 rows below the header, want 1"},
		"a row too few":      {noService, serviceHeader + "foobar  nginx  <AGE>  1  active", "0 rows below the header, want 1"},
		"no age":             {strings.Replace(onePod, "2 minutes ago", "2m           ", 1), "NAME  IMAGE  CREATED  NODE  IP  STATE  DETAIL\nfoobar/<POD>  nginx  <AGE>  <NODE>  <IP>  running", "layout"},
		"a dot is a dot":     {strings.ReplaceAll(oneService, "nginx ", "ng.nx "), serviceHeader + "foobar  nginx  <AGE>  1  active", "column IMAGE"},
		"a trailing space":   {strings.ReplaceAll(oneService, "   \n", "  \n"), serviceHeader + "foobar  nginx  <AGE>  1  active", "layout"},
		"padded by two only": {"NAME  IMAGE\nfoobar  nginx\n", "NAME  IMAGE\nfoobar  nginx", "layout"},
		"nothing at all":     {"", serviceHeader, "no table"},
	} {
		t.Run(name, func(t *testing.T) {
			err := MatchTable(tc.got, tc.want)
			if (err == nil) != (tc.problem == "") || err != nil && !strings.Contains(err.Error(), tc.problem) {
				t.Errorf("got %v, want %q", err, tc.problem)
			}
		})
	}
}
