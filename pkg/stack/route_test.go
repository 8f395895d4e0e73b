package stack

import (
	"strings"
	"testing"
)

// What a file's routes must not say, with the line of the route.
func TestRefusedRoutes(t *testing.T) {
	for route, want := range map[string]string{
		"{match: {headers: {X-Team: a, x-team: b}}, to: web}":                              `line 3: routes.www[0]: the header "x-team" is asked for twice, in capitals and in small letters; ask for it once`,
		"{match: {from: 'cart,port=80'}, to: web}":                                         `line 3: routes.www[0].match.from: invalid caller "cart,port=80": it has no port and no weight, want [STACK/]SERVICE[:REVISION]`,
		"{to: web}\n  - {match: {path: '/*'}, to: api}":                                    `line 4: routes.www[1]: it takes the same requests as the route in line 3; make one of both, or have it match others`,
		"{match: [{path: /a}, {path: /b}], to: web}\n  - {match: {path: /b}, mirror: api}": `line 4: routes.www[1]: it takes the same requests as the route in line 3`,
	} {
		_, err := Read("routes:\n  www:\n  - "+route, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
