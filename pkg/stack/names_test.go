package stack

import "testing"

func TestNamesInTheClusterAreDifferent(t *testing.T) {
	for sentence, c := range map[string]struct{ text, want string }{
		"a service and a revision": {"services:\n  web-v2: {image: a}\n  web:\n    image: a\n    revisions:\n      v2: {image: b}\n",
			`line 6: services.web.revisions.v2: revision "v2" of "web" and service "web-v2" of line 2 would both be "web-v2" in the cluster; rename one of them`},
		"two revisions": {"services:\n  a: {image: a, revisions: {b-c: {image: b}}}\n  a-b: {image: a, revisions: {c: {image: b}}}\n",
			`line 3: services.a-b.revisions.c: revision "c" of "a-b" and revision "b-c" of "a" of line 2 would both be "a-b-c" in the cluster; rename one of them`},
		"a revision that an alias brings": {"x-r: &r {c: {image: b}}\nservices:\n  a: {image: a, revisions: {b-c: {image: b}}}\n  a-b: {image: a, revisions: *r}\n",
			`revision "c" of "a-b" and revision "b-c" of "a" of line 3 would both be "a-b-c" in the cluster; rename one of them`},
		"a route host and a revision": {"services:\n  web: {image: a, revisions: {v2: {image: b}}}\nroutes:\n  web-v2: [{to: web}]\n",
			`line 4: routes.web-v2: route host "web-v2" and revision "v2" of "web" of line 2 would both be "web-v2" in the cluster; rename one of them`},
		"node ports and a service": {"services:\n  web-ports: {image: a}\n  web: {image: a, ports: [5432/tcp]}\n",
			`line 3: services.web: the node ports of "web" and service "web-ports" of line 2 would both be "web-ports" in the cluster; rename one of them`},
		"a route host and a sidekick's node ports": {"services:\n  web: {image: a, sidekicks: {db: {image: b, ports: [53/udp]}}}\nroutes: {web-ports: [{to: web}]}\n",
			`line 3: routes.web-ports: route host "web-ports" and the node ports of "web" of line 2 would both be "web-ports" in the cluster; rename one of them`},
		"no node port, no such name":   {"services: {web: {image: a, ports: ['80:80', 80/http], expose: [5432]}, web-ports: {image: a}}", ""},
		"of different kinds of object": {"services: {web: {image: a}}\nconfigs: {web: {content: a}}\nvolumes: {web: {}}", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := Read(c.text, open)
			if got := errorText(err); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
