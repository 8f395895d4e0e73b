package stack

import (
	"encoding/base64"
	"errors"
	"fmt"

	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// File is what a stack file says, all in the terms of package spec, routes in those of package rio.
type File struct {
	Name     string                 `json:"name,omitempty"` // of the stack, where the file names it
	Meta     *Meta                  `json:"meta,omitempty"`
	Services map[string]Service     `json:"services,omitempty"`
	Configs  map[string]Config      `json:"configs,omitempty"`
	Secrets  map[string]Config      `json:"secrets,omitempty"`
	Volumes  map[string]Volume      `json:"volumes,omitempty"`
	Routes   map[string][]rio.Route `json:"routes,omitempty"` // by host; the most specific counts, in whatever order

	Questions []Question `json:"questions,omitempty"`

	Notes []Problem      `json:"-"` // what docker-compose would do otherwise, though nothing is wrong with the file
	Lines map[string]int `json:"-"` // of its keys and of the items of its lists, by their path
}

// Meta is what people are told of a stack.
type Meta struct {
	Name       string `json:"name,omitempty"`
	Version    string `json:"version,omitempty"`
	IconURL    string `json:"iconUrl,omitempty"`
	RioVersion string `json:"rioVersion,omitempty"`
	Readme     string `json:"readme,omitempty"`
}

// Service is a service of a stack file.
type Service struct {
	spec.Service
	DependsOn []string `json:"dependsOn,omitempty"` // services that are brought up before it
}

// Config is the content of a config or a secret, said in one of the ways.
type Config struct {
	Content     *string `json:"content,omitempty"`
	Encoded     string  `json:"encoded,omitempty"` // the content in base64
	Description string  `json:"description,omitempty"`
	External    bool    `json:"external,omitempty"` // it is there already, and not this file's
}

// Volume is storage that outlives the pods.
type Volume struct {
	Driver      string `json:"driver,omitempty"` // the storage class; empty is the cluster's own
	Template    bool   `json:"template,omitempty"`
	SizeInGB    int    `json:"sizeInGb,omitempty"`
	AccessMode  string `json:"accessMode,omitempty"`
	Description string `json:"description,omitempty"`
	External    bool   `json:"external,omitempty"`
}

// Problem is something in a file that cannot be done as it is written there.
type Problem struct {
	Line int    // 0: of the whole file
	Path string // as services.web.ports[0]
	Text string
}

func (p Problem) Error() string {
	switch {
	case p.Line == 0:
		return p.Text
	case p.Path == "":
		return fmt.Sprintf("line %d: %s", p.Line, p.Text)
	}
	return fmt.Sprintf("line %d: %s: %s", p.Line, p.Path, p.Text)
}

// Where says where a part of the file stands, as a Problem does; false of what is not in the text by that name.
func (f File) Where(section, name string) (string, bool) {
	path := section + "." + name
	line, ok := f.Lines[path]
	return fmt.Sprintf("line %d: %s", line, path), ok
}

// Check refuses what is no content.
func (c Config) Check() error {
	_, err := c.Bytes()
	return err
}

// Check refuses what no volume can be.
func (v Volume) Check() error {
	if v.SizeInGB < 0 {
		return fmt.Errorf("size %d: want a number of gigabytes, 1 or more", v.SizeInGB)
	}
	if v.AccessMode == "" {
		return nil
	}
	_, err := rio.ParseAccessMode(v.AccessMode)
	return err
}

// Bytes is what the config holds.
func (c Config) Bytes() ([]byte, error) {
	if c.Encoded == "" {
		return []byte(ptr.Deref(c.Content, "")), nil
	}
	if ptr.Deref(c.Content, "") != "" {
		return nil, errors.New("content and encoded are both given, want one")
	}
	raw, err := base64.StdEncoding.DecodeString(c.Encoded)
	if err != nil {
		return nil, fmt.Errorf("encoded is not base64: %w", err)
	}
	return raw, nil
}
