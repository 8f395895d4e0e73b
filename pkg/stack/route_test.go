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
		"{to: web, timeout: 30}":                                                           `line 3: routes.www[0].timeout: "30" has no unit; write 30s, or timeoutMillis: 30`,
		"{to: web, timeout: 0}":                                                            `line 3: routes.www[0].timeout: "0" is no time; want 1ms or more, for example 2s, or take the key out`,
		"{to: web, retry: {attempts: 2, timeout: 5}}":                                      `routes.www[0].retry.timeout: "5" has no unit; write 5s, or timeoutMillis: 5`,
		"{to: web, fault: {delay: 3}}":                                                     `routes.www[0].fault.delay: "3" has no unit; write 3s, or delayMillis: 3`,
		"{to: {service: web, timeout: 3s}}":                                                `routes.www[0].to.timeout: the key is not known here`,
	} {
		_, err := Read("routes:\n  www:\n  - "+route, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
