package install

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

func cmdGet(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) == 3, "get N SERVICE[:PORT] VERSION")
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	s := storyOf(ts)
	service, port, other := strings.Cut(args[1], ":")
	addr, host := s.way(ts, service)
	if other {
		addr = strings.TrimRight(addr, "0123456789") + port
	}
	p, err := traffic.Get(s.t.Context(), addr, host, n)
	ts.Check(err)
	if p.Lost > 0 || p.Versions[args[2]] != n {
		ts.Fatalf("%s: %s, of versions %v", host, p, p.Versions)
	}
}

func cmdLoad(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) == 3, "load RATE DURATION SERVICE")
	s := storyOf(ts)
	addr, host := s.way(ts, args[2])
	ts.Check(lab.RetriesOff(s.t.Context(), s.kubectl, host))
	s.load = lab.StartLoad(ts, args[0], args[1], addr, host)
}

func cmdLossless(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) == 1 && storyOf(ts).load != nil, "load ..., then lossless N")
	ts.Check(lab.EndLoad(ts, storyOf(ts).load, args[0]).Err())
}

// relay takes connections on the loopback and passes them on, byte by byte, until ctx ends.
func relay(ctx context.Context, target string) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			go pass(ctx, near, target)
		}
	}()
	return listener.Addr().String(), nil
}

// pass joins two connections; when one ends, so does the other.
func pass(ctx context.Context, near net.Conn, target string) {
	defer near.Close()
	far, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", target)
	if err != nil {
		return
	}
	defer far.Close()
	var both sync.WaitGroup
	for _, ends := range [][2]net.Conn{{near, far}, {far, near}} {
		both.Go(func() {
			_, err := io.Copy(ends[0], ends[1])
			if half, ok := ends[0].(*net.TCPConn); ok && err == nil {
				_ = half.CloseWrite()
				return
			}
			ends[0].Close()
			ends[1].Close()
		})
	}
	both.Wait()
}

func TestRelay(t *testing.T) {
	far, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	go func() {
		conn, err := far.Accept()
		if err != nil {
			return
		}
		asked, _ := io.ReadAll(conn)
		fmt.Fprintf(conn, "you said %s", asked)
		conn.Close()
	}()
	addr, err := relay(t.Context(), far.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, errWrite := conn.Write([]byte("hello"))
	errClose := conn.(*net.TCPConn).CloseWrite()
	got, errRead := io.ReadAll(conn)
	if err := errors.Join(errWrite, errClose, errRead); err != nil || string(got) != "you said hello" {
		t.Errorf("got %q, %v", got, err)
	}
}
