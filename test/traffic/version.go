package traffic

import (
	"bytes"
	"net/http"
	"strings"
)

// Unknown is the version of an answer that does not say whose it is.
const Unknown = "?"

// products are the web servers of the walk-through: the name in the Server header, what
// their first page says, the image.
var products = []struct{ server, page, image string }{
	{"nginx", "Welcome to nginx", "nginx"},
	{"Apache", "It works", "httpd"},
}

// versionOf tells which revision answered: by the header of the sandbox's echo image,
// by the Server header, or, as Istio's gateways put their own name there, by the page.
func versionOf(header http.Header, body []byte) string {
	if v := header.Get("X-Version"); v != "" {
		return v
	}
	for _, p := range products {
		if strings.HasPrefix(header.Get("Server"), p.server) {
			return p.image
		}
	}
	for _, p := range products {
		if bytes.Contains(body, []byte(p.page)) {
			return p.image
		}
	}
	return Unknown
}
