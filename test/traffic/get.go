package traffic

import (
	"context"
	"fmt"
	"time"
)

// Get asks a host for its first page n times, one after the other, and is the account
// of it: a load without a clock. Headers are lines as "Name: value".
func Get(ctx context.Context, target, host string, n int, headers ...string) (Phase, error) {
	l := Load{Target: target, Host: host, Rate: 1, Workers: 1, Max: max(n, 1), For: time.Minute, Timeout: 5 * time.Second, Headers: headers}
	if err := l.validate(); err != nil {
		return Phase{}, err
	}
	request, err := l.request(ctx)
	if err != nil {
		return Phase{}, err
	}
	c := client{target: target, request: request, timeout: l.Timeout}
	defer c.close()
	var b book
	b.begin(host, time.Now())
	for range l.Max {
		if err := ctx.Err(); err != nil {
			return Phase{}, err
		}
		b.add(b.current(), c.get(false))
	}
	return b.report(time.Now())[0], nil
}

// Await asks a host until it answers 200, at most so long.
func Await(ctx context.Context, target, host string, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		p, err := Get(ctx, target, host, 1)
		if err == nil && p.Lost == 0 {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("http://%s does not answer 200 after %s: %v", host, limit, p.Failures)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
