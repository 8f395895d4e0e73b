package stack

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mine are files in the directory /home/me/shop, in which is the docker-compose file.
var mine = map[string]string{
	"nginx.conf": "proxy_pass http://api:9000;", "conf/My_site.conf": "$A $$", "run.sh": "#!/bin/sh\n", "logo": "\xff\xfe", "a.b": "1", "a-b": "2",
}

func openMine(name string) (string, error) {
	short := path.Clean(strings.TrimPrefix(name, "/home/me/shop/"))
	text, ok := mine[short]
	switch {
	case ok:
		return text, nil
	case short == "conf":
		return "", syscall.EISDIR
	case strings.HasPrefix(short, "../"), strings.HasPrefix(short, "/"):
		return "", fmt.Errorf("the file %q: path escapes from parent", name)
	}
	return "", fmt.Errorf("the file %q: %w", name, fs.ErrNotExist)
}

// A file that is mounted as a volume is a config of what is in it.
func TestMountedFilesAreConfigs(t *testing.T) {
	for sentence, c := range map[string]struct{ compose, same string }{
		"by a word": {"services: {web: {image: a, volumes: ['./nginx.conf:/etc/nginx.conf:ro,Z', 'data:/data']}}",
			"services: {web: {image: a, volumes: ['data:/data'], configs: ['nginx-conf:/etc/nginx.conf']}}\nconfigs: {nginx-conf: {content: 'proxy_pass http://api:9000;'}}"},
		"by a mapping, as it is written": {"services: {web: {image: a, volumes: [{type: bind, source: conf/My_site.conf, target: /a, read_only: true, bind: {create_host_path: true}}]}}",
			"services: {web: {image: a, configs: ['conf-my-site-conf:/a']}}\nconfigs: {conf-my-site-conf: {content: $A $$}}"},
		"by its whole path, of which none is on a node": {"services: {web: {image: a, volumes: [/home/me/shop/a.b:/a, /etc/localtime:/etc/localtime, /home/me/shop/conf:/c]}}",
			"services: {web: {image: a, volumes: [/etc/localtime:/etc/localtime, /home/me/shop/conf:/c], configs: ['a-b:/a']}}\nconfigs: {a-b: {content: '1'}}"},
		"a script may be run, and what is no text is whole": {"services: {web: {image: a, volumes: [./run.sh:/run.sh, '$PWD/logo:/logo']}}",
			"services: {web: {image: a, configs: ['run-sh:/run.sh,mode=0755', 'logo:/logo']}}\nconfigs: {run-sh: {content: \"#!/bin/sh\\n\"}, logo: {encoded: //4=}}"},
		"one config in every container": {"x-v: &v [./a.b:/a]\nservices: {web: {image: a, volumes: *v, sidekicks: {s: {image: b, volumes: [./conf/../a.b:/b]}}, revisions: {v2: {volumes: *v}}}}",
			"services: {web: {image: a, configs: ['a-b:/a'], sidekicks: {s: {image: b, configs: ['a-b:/b']}}, revisions: {v2: {configs: ['a-b:/a']}}}}\nconfigs: {a-b: {content: '1'}}"},
		"after the configs that it has": {"services: {web: {image: a, volumes: [./logo:/logo], configs: [b]}}\nconfigs: {b: {content: c}}",
			"services: {web: {image: a, configs: ['b:/b', 'logo:/logo']}}\nconfigs: {b: {content: c}, logo: {encoded: //4=}}"},
		"the file's own config of the same content": {"services: {web: {image: a, volumes: [./a.b:/a]}}\nconfigs: {a_b: {content: '1'}}",
			"services: {web: {image: a, configs: ['a-b:/a']}}\nconfigs: {a-b: {content: '1'}}"},
		"another name beside another config": {"services: {web: {image: a, volumes: [./a.b:/a]}}\nconfigs: {a_b: {content: c}}",
			"services: {web: {image: a, configs: ['a-b-d44362d6:/a']}}\nconfigs: {a-b: {content: c}, a-b-d44362d6: {content: '1'}}"},
		"another name for another file": {"services: {web: {image: a, volumes: [./a.b:/a, ./a-b:/b]}}",
			"services: {web: {image: a, configs: ['a-b-d44362d6:/a', 'a-b:/b']}}\nconfigs: {a-b: {content: '2'}, a-b-d44362d6: {content: '1'}}"},
	} {
		t.Run(sentence, func(t *testing.T) {
			f, err := ReadCompose(c.compose, from(map[string]string{"PWD": "/home/me/shop"}), openMine)
			if err != nil {
				t.Fatal(err)
			}
			same, err := Read(c.same, nil)
			if diff := cmp.Diff(asJSON(t, same), asJSON(t, f)); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}
