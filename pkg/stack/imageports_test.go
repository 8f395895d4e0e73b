package stack

import (
	"fmt"
	"testing"
)

// The port of an image is opened only where its own program runs, and has that port.
func TestUsualPort(t *testing.T) {
	for sentence, c := range map[string]struct{ db, want string }{
		"an official image":         {"image: postgres", "5432 postgres"},
		"by its whole name":         {"image: 'docker.io/library/mariadb:11@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'", "3306 mariadb"},
		"of another repository":     {"image: 'ghcr.io/example/mongo:7'", "27017 mongo"},
		"of an organisation":        {"image: 'valkey/valkey:8-alpine'", "6379 valkey"},
		"made from postgres":        {"image: 'postgis/postgis:16-3.4'", "5432 postgis"},
		"with more behind the name": {"image: example/postgres-backup", ""},
		"a registry of that name":   {"image: 'redis:5000/app'", ""},
		"another program":           {"image: redis, entrypoint: [redis-sentinel]", ""},
		"options":                   {"image: redis, command: [redis-server, --requirepass, support]", "6379 redis"},
		"moved by an option":        {"image: mongo, command: [mongod, --port, '27018']", ""},
		"moved by a letter":         {"image: memcached, command: memcached -m 64 -p 11212", ""},
		"moved by a setting":        {"image: postgres, command: postgres -c port=5433", ""},
		"moved by a variable":       {"image: rabbitmq, environment: [RABBITMQ_NODE_PORT=5673]", ""},
		"moved by postgres' own":    {"image: postgres, environment: {PGPORT: 5433}", ""},
		"said, and not moved":       {"image: mongo, command: mongod --replSet rs0 --port 27017", "27017 mongo"},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := ""
			if image, p, ok := readCompose(t, "services: {db: {"+c.db+"}}").Services["db"].usualPort(); ok {
				got = fmt.Sprintf("%s %s", inExpose(p), image)
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
