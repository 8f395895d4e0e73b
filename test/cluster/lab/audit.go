package lab

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is what of an audit event tells a write from a question,
// https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
type event struct {
	Verb       string `json:"verb"`
	UserAgent  string `json:"userAgent"`
	RequestURI string `json:"requestURI"`
	ObjectRef  struct {
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
	} `json:"objectRef"`
}

var (
	writeVerbs = []string{"create", "update", "patch", "delete", "deletecollection"}
	streams    = []string{"exec", "attach", "portforward"} // a connection, though its verb is create
)

// AuditSize is how long the API server's audit log is, 0 where there is none.
func AuditSize() (int64, error) {
	name := os.Getenv("RIO_AUDIT_LOG")
	if name == "" {
		if Sandbox() {
			return 0, errors.New("RIO_AUDIT_LOG is not set; the sandbox's env prints it")
		}
		return 0, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// WritesSince lists what kubectl rio tried to write in a namespace behind a place in the
// audit log; none where there is no log.
func WritesSince(mark int64, namespace string) ([]string, error) {
	if os.Getenv("RIO_AUDIT_LOG") == "" {
		return nil, nil
	}
	log, err := os.Open(os.Getenv("RIO_AUDIT_LOG"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	if _, err := log.Seek(max(0, mark-1), io.SeekStart); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(log)
	if mark > 0 { // the size was read while a line was half written, as it may be
		if _, err := lines.ReadString('\n'); err != nil && err != io.EOF {
			return nil, err
		}
	}
	return Writes(lines, namespace)
}

// Writes lists what kubectl rio wrote in a namespace, or the namespace itself, by an
// audit log. Server-side dry runs write nothing.
func Writes(log io.Reader, namespace string) ([]string, error) {
	var writes []string
	lines := bufio.NewReader(log)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return writes, nil // a line that is not whole yet is of a request under way
		}
		if err != nil {
			return nil, err
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("audit log: %w: %.200s", err, line)
		}
		if e.writes(namespace) {
			writes = append(writes, strings.Join([]string{e.Verb, e.ObjectRef.Resource, e.ObjectRef.Name}, " "))
		}
	}
}

func (e event) writes(namespace string) bool {
	return strings.HasPrefix(e.UserAgent, "kubectl-rio/") &&
		slices.Contains(writeVerbs, e.Verb) &&
		!slices.Contains(streams, e.ObjectRef.Subresource) &&
		!strings.Contains(e.RequestURI, "dryRun=All") &&
		(e.ObjectRef.Namespace == namespace || e.ObjectRef.Resource == "namespaces" && e.ObjectRef.Name == namespace)
}
