package stack

import (
	"errors"
	"testing"
)

// No node has the user's directory, by whatever name.
func TestReadComposeRefusesPathsOfMine(t *testing.T) {
	env := from(map[string]string{"PWD": "/home/me/shop", "HOME": "/home/me", "NAME": "a"})
	const refused = " is a path, and nodes know neither your directory nor your home; want an absolute path on the node, or the name of a volume"
	none := func(name string) (string, error) { return "", errors.New(name + ": no such file") }
	for volume, want := range map[string]string{
		"'${PWD}/${NAME}.conf:/etc/a.conf:ro'":              `line 5: services.a.volumes[0]: ./a.conf: no such file`,
		"$HOME/data:/data":                                  `line 5: services.a.volumes[0]: source "~/data"` + refused,
		"{type: bind, source: '${PWD:-.}/a', target: /a}":   `line 5: services.a.volumes[0]: ./a: no such file`,
		"{type: bind, source: /home/me/shop/a, target: /a}": "",
		"$HOMES/data:/data":                                 "",
	} {
		_, err := ReadCompose("services:\n  a:\n    image: a\n    volumes:\n    - "+volume+"", env, none)
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s\nerror %v\n want %s", volume, err, want)
		}
	}
	f, err := ReadCompose("services: {a: {image: a, environment: {A: $PWD, B: '${HOME}'}, working_dir: $HOME}}", env, none)
	if err != nil {
		t.Fatal(err)
	}
	sameService(t, f, "{environment: [A=/home/me/shop, B=/home/me], workingDir: /home/me}")
}
