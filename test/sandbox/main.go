package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `usage: go -C test/sandbox run . COMMAND

  up                   build what is missing, start the cluster, print how to use it
  down [--force]       end it and leave nothing running (--force: also another checkout's)
  status               what runs, with its memory
  env                  print shell lines: eval "$(go -C test/sandbox run . env)"
  build                only build, into the cache
  load IMAGE BINARY    pack a static binary (absolute path) as an image, load it
  box COMMAND ARG...   run a command where a second sandbox can be up, and end all it began;
                       until standard input ends it has what processor time others leave`

var errUsage = errors.New("unknown command or arguments\n" + usage)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		fmt.Println(usage)
		return nil
	}
	if len(args) == 2 { // the sandbox's own daemons: daemons.go starts them so
		switch args[0] {
		case "loadbalancer":
			return runLoadBalancer(ctx, args[1])
		case "registry":
			return runRegistry(ctx, args[1])
		}
	}
	switch {
	case args[0] == "box" && len(args) > 1:
		return box(ctx, args[1:])
	case args[0] == "boxed" && len(args) > 2:
		return boxed(ctx, args[1], args[2:])
	}
	s, err := newSandbox()
	if err != nil {
		return err
	}
	switch command := args[0]; {
	case command == "up" && len(args) == 1:
		return s.up(ctx)
	case command == "down" && len(args) == 1:
		return s.down(ctx, false)
	case command == "down" && len(args) == 2 && args[1] == "--force":
		return s.down(ctx, true)
	case command == "status" && len(args) == 1:
		return s.status(ctx)
	case command == "env" && len(args) == 1:
		return s.env(ctx)
	case command == "build" && len(args) == 1:
		return s.build(ctx)
	case command == "load" && len(args) == 3:
		return s.load(ctx, args[1], args[2])
	}
	return errUsage
}
