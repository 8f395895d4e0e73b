package stack

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// usualPorts are where databases, caches and queues take connections of their clients, by the last
// element of their image's repository: what EXPOSE has in the Dockerfiles of the official images,
// https://github.com/docker-library, of valkey/valkey, and of those that begin FROM postgres.
var usualPorts = map[string]string{
	"postgres": "5432", "postgis": "5432", "pgvector": "5432", "timescaledb": "5432",
	"mysql": "3306", "mariadb": "3306", "percona": "3306",
	"redis": "6379", "valkey": "6379", "memcached": "11211",
	"mongo": "27017", "couchdb": "5984", "cassandra": "9042", "elasticsearch": "9200",
	"rabbitmq": "5672", "nats": "4222",
}

// saysPort is a text that may have the program listen elsewhere: --port, PGPORT=, -p 5433.
var saysPort = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:pg)?port\b|(?:^|\s)-p\s?\d`)

// usualPort is where the program of a service's image listens, with the image's name, unless the
// service starts another program or may have it listen elsewhere.
func (s Service) usualPort() (image string, p spec.Port, ok bool) {
	named, err := reference.ParseNormalizedNamed(s.Image)
	if err != nil || len(s.Entrypoint) > 0 {
		return "", p, false
	}
	image = path.Base(reference.Path(named))
	number := usualPorts[image]
	if said := strings.Join(slices.Concat(s.Environment, s.Command), " "); saysPort.MatchString(said) && !strings.Contains(said, number) {
		return "", p, false
	}
	p, ok = exposed(number, false)
	return image, p, ok
}
