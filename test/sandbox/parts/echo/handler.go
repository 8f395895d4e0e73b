package main

import (
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// handler answers any path: headers X-Version and X-Pod, body "VERSION HOST".
func handler(version, host string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait, status, err := wishes(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		select {
		case <-time.After(wait):
		case <-r.Context().Done():
			return
		}
		if text := r.URL.Query().Get("log"); text != "" {
			log.Printf("%s %s %s", text, r.Method, r.URL.Path)
		}
		w.Header().Set("X-Version", version)
		w.Header().Set("X-Pod", host)
		w.WriteHeader(status)
		fmt.Fprintf(w, "%s %s\n", version, host)
		if r.URL.Query().Has("show") {
			show(w, r)
		}
	})
}

// show writes what was asked: the request line, the host and the headers, in order.
func show(w io.Writer, r *http.Request) {
	fmt.Fprintf(w, "%s %s\nHost: %s\n", r.Method, r.URL.Path, r.Host)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			fmt.Fprintf(w, "%s: %s\n", name, value)
		}
	}
}

// wishes reads the request's sleep and status.
func wishes(r *http.Request) (wait time.Duration, status int, err error) {
	status = http.StatusOK
	query := r.URL.Query()
	if text := query.Get("sleep"); text != "" {
		wait, err = time.ParseDuration(text)
		if err != nil || wait < 0 {
			return 0, 0, fmt.Errorf("sleep=%q is not a duration like 50ms", text)
		}
		wait = min(wait, longestSleep)
	}
	if text := query.Get("status"); text != "" {
		status, err = strconv.Atoi(text)
		if err != nil || status < 200 || status > 599 {
			return 0, 0, fmt.Errorf("status=%q is not a status from 200 to 599", text)
		}
	}
	return wait, status, nil
}
