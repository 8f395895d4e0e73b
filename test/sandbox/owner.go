package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// owner says who started the sandbox of this machine.
type owner struct {
	Checkout string `json:"checkout"` // its test/sandbox
	Key      string `json:"key"`      // of all its parts
	NodeIP   string `json:"nodeIP"`
}

func (s *sandbox) readOwner() (owner, bool, error) {
	content, err := os.ReadFile(s.in("owner.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return owner{}, false, nil
	}
	if err != nil {
		return owner{}, false, err
	}
	var o owner
	if err := json.Unmarshal(content, &o); err != nil {
		return owner{}, false, fmt.Errorf("read %s: %w", s.in("owner.json"), err)
	}
	return o, true, nil
}

func (s *sandbox) writeOwner(nodeIP string) error {
	content, err := json.MarshalIndent(owner{Checkout: s.checkout, Key: s.plan.key, NodeIP: nodeIP}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(s.in("owner.json"), content, 0o644)
}

// mayEnd refuses to end a sandbox that another checkout is using.
func mayEnd(o owner, checkout string) error {
	if o.Checkout == checkout {
		return nil
	}
	if _, err := os.Stat(o.Checkout); errors.Is(err, fs.ErrNotExist) {
		return nil // nobody is left to end it
	}
	return fmt.Errorf("the sandbox of this machine was started by another checkout, %s; end it there, or: go -C test/sandbox run . down --force", o.Checkout)
}

// mayUse says whether up may answer with a sandbox that runs already, and what
// its user should know of it.
func mayUse(o owner, checkout, key string) (notice string, err error) {
	switch {
	case o.Key == key && o.Checkout == checkout:
		return "the sandbox is up", nil
	case o.Key == key:
		return "the sandbox is up, started by another checkout with equal parts, " + o.Checkout, nil
	case o.Checkout == checkout:
		return "the sandbox is up with parts that this checkout has changed since; for the new ones: make sandbox-down sandbox-up", nil
	}
	return "", fmt.Errorf("a sandbox with other parts is up, started by %s, and a machine has room for one; use it: eval \"$(go -C %s run . env)\"; or end it: go -C %s run . down", o.Checkout, o.Checkout, o.Checkout)
}
