// Command etcd is etcd itself, built against the same libraries as the
// API server so that both compile once.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
