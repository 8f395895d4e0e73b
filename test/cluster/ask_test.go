package cluster

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// cmdAnswer asks HOST[/PATH], with GET unless the next word is a method. A redirect is an answer.
func cmdAnswer(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 1, "answer HOST[/PATH] [METHOD] [HEADER...]")
	host, path, _ := strings.Cut(args[0], "/")
	method, headers := http.MethodGet, args[1:]
	if len(headers) > 0 && !strings.Contains(headers[0], ":") {
		method, headers = headers[0], headers[1:]
	}
	request, err := http.NewRequestWithContext(context.Background(), method, "http://"+storyOf(ts).gateway.Addr+"/"+path, nil)
	ts.Check(err)
	request.Host = host
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
	}
	begin := time.Now()
	response, err := http.DefaultTransport.RoundTrip(request)
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d after %dms\n", response.StatusCode, time.Since(begin).Milliseconds())
	for _, name := range slices.Sorted(maps.Keys(response.Header)) {
		for _, value := range response.Header[name] {
			fmt.Fprintf(ts.Stdout(), "%s: %s\n", name, value)
		}
	}
	fmt.Fprintf(ts.Stdout(), "\n%s", body)
}

// cmdVia asks in another protocol: a port of the gateway, :PORT, or a node port, SERVICE/NAME.
func cmdVia(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && (len(args) == 4 || len(args) == 6), "via PROTOCOL N :PORT|SERVICE/NAME HOST [VERSION PERCENT]")
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	target := args[2]
	switch service, port, onNode := strings.Cut(target, "/"); {
	case onNode:
		target = nodePort(ts, service, port)
	case target == ":80":
		target = storyOf(ts).gateway.Addr
	default:
		target = "127.0.0.1" + target
	}
	p, err := traffic.Via(context.Background(), args[0], target, args[3], n)
	ts.Check(err)
	printAnswers(ts, p)
	if len(args) == 6 {
		mustSplit(ts, p, args[4], args[5])
	}
}

// nodePort is where a node has a port of a Service.
func nodePort(ts *testscript.TestScript, service, name string) string {
	ts.Check(ts.Exec("kubectl", "get", "nodes", "-o", `jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}`))
	node := strings.TrimSpace(ts.ReadFile("stdout"))
	ts.Check(ts.Exec("kubectl", "get", "service", service, "-o", fmt.Sprintf("jsonpath={.spec.ports[?(@.name==%q)].nodePort}", name)))
	return node + ":" + strings.TrimSpace(ts.ReadFile("stdout"))
}

func printAnswers(ts *testscript.TestScript, p traffic.Phase) {
	for version, n := range p.Versions {
		fmt.Fprintf(ts.Stdout(), "200 %s %d\n", version, n)
	}
	for failure, n := range p.Failures {
		fmt.Fprintf(ts.Stdout(), "%s %d\n", failure, n)
	}
}

// mustSplit wants a version's share to be its weight, and no answer lost. With more than twenty
// such lines in a run, four sigma would be left by chance in one run of 700.
func mustSplit(ts *testscript.TestScript, p traffic.Phase, version, percent string) {
	weight, err := strconv.Atoi(percent)
	ts.Check(err)
	s := traffic.WithinSigma(p.Requests-p.Lost, p.Versions[version], weight, 5)
	fmt.Fprintf(ts.Stdout(), "%s %s\n", version, s)
	if p.Lost > 0 || !s.OK() {
		ts.Fatalf("%s %s: %s", version, s, p)
	}
}
