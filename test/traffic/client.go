package traffic

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// maxBody is how much of an answer is read, far above any page that is asked for.
const maxBody = 1 << 20

// client sends requests over a connection of its own. It stands in for net/http's
// Transport because that one sends a request again, unseen, when a connection that
// was kept alive turns out closed: such losses are what is looked for here.
type client struct {
	target  string
	request []byte
	timeout time.Duration
	conn    net.Conn
	reader  *bufio.Reader
}

// answer is what came of one request.
type answer struct {
	status  int    // 0: none came
	version string // of the revision that answered
	failure string // why it is lost; empty when it is not
	took    time.Duration
}

// get sends one request, over the connection that is there unless a fresh one is asked for.
func (c *client) get(fresh bool) answer {
	begin := time.Now()
	if fresh {
		c.close()
	}
	status, header, body, err := c.exchange(begin.Add(c.timeout))
	a := answer{status: status, took: time.Since(begin)}
	switch {
	case err != nil:
		c.close()
		a.failure = reason(err)
	case status != http.StatusOK:
		a.failure = fmt.Sprintf("%d %s", status, firstLine(body))
	default:
		a.version = versionOf(header, body)
	}
	return a
}

func (c *client) exchange(deadline time.Time) (int, http.Header, []byte, error) {
	if c.conn == nil {
		conn, err := (&net.Dialer{Deadline: deadline}).Dial("tcp", c.target)
		if err != nil {
			return 0, nil, nil, err
		}
		c.conn, c.reader = conn, bufio.NewReader(conn)
	}
	if err := c.conn.SetDeadline(deadline); err != nil {
		return 0, nil, nil, err
	}
	if _, err := c.conn.Write(c.request); err != nil {
		return 0, nil, nil, err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return 0, nil, nil, err // an answer that breaks off is none
	}
	if response.Close {
		c.close()
	}
	return response.StatusCode, response.Header, body, nil
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// reason is an error without addresses and ports, so that equal losses count as one.
func reason(err error) string {
	var op *net.OpError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed before the answer was whole"
	case errors.As(err, &op):
		return op.Op + ": " + op.Err.Error()
	}
	return err.Error()
}

func firstLine(body []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(body), []byte("\n"))
	return string(line[:min(len(line), 120)])
}
