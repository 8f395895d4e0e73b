package spec

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
)

// errNamed is said of what may be a name in the image.
var errNamed = errors.New("a name is not looked up in the image by Kubernetes, which takes numbers")

// parseUser reads UID[:GID]. Names other than root are the image's to resolve, and Kubernetes does
// not look into images.
func parseUser(s string) (uid int64, gid *int64, err error) {
	user, group, grouped := strings.Cut(s, ":")
	uid, err = parseID(user)
	if err == nil && grouped {
		gid = new(int64(0))
		*gid, err = parseID(group)
	}
	if errors.Is(err, errNamed) {
		return 0, nil, fmt.Errorf("%w; want UID[:GID], for example 1000:1000, as this prints them: docker run --rm --entrypoint id IMAGE NAME", err)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("%w; want UID[:GID], for example 1000:1000", err)
	}
	return uid, gid, nil
}

// parseID reads a number, as Kubernetes wants them, and root, who is 0 in every image.
func parseID(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 32)
	switch {
	case text == "root":
		return 0, nil
	case text == "":
		return 0, fmt.Errorf("a number is missing")
	case err == nil && id >= 0:
		return id, nil
	case strings.Trim(text, "+-0123456789") == "":
		return 0, fmt.Errorf("Kubernetes takes numbers from 0 to %d", math.MaxInt32)
	}
	return 0, errNamed
}

// CheckUser refuses what is not the number of a user, and of a group.
func CheckUser(text string) error {
	_, _, err := parseUser(text)
	return err
}

func groupIDs(texts []string) ([]int64, error) {
	var ids []int64
	for _, text := range texts {
		id, err := parseID(text)
		if err != nil {
			return nil, fmt.Errorf("%w; want a GID, for example 1000", err)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// CheckGroup refuses what is not the number of a group.
func CheckGroup(text string) error {
	_, err := groupIDs([]string{text})
	return err
}

func (c Container) overlaySecurity(k *corev1.Container) error {
	if c.User == "" && c.Privileged == nil && c.ReadOnly == nil && c.CapAdd == nil && c.CapDrop == nil && c.SecurityOpt == nil {
		return nil
	}
	s := k.SecurityContext
	if s == nil {
		s = &corev1.SecurityContext{}
		k.SecurityContext = s
	}
	if c.User != "" {
		uid, gid, err := parseUser(c.User)
		if err != nil {
			return fmt.Errorf("invalid user %q: %w", c.User, err)
		}
		s.RunAsUser, s.RunAsGroup = &uid, gid
	}
	if c.Privileged != nil {
		s.Privileged = orNil(*c.Privileged)
	}
	if c.ReadOnly != nil {
		s.ReadOnlyRootFilesystem = orNil(*c.ReadOnly)
	}
	var err error
	if s.Capabilities, err = c.overlayCapabilities(s.Capabilities); err != nil {
		return err
	}
	if c.SecurityOpt != nil {
		s.AllowPrivilegeEscalation, s.SeccompProfile, s.AppArmorProfile, s.SELinuxOptions = nil, nil, nil, nil
	}
	for _, option := range c.SecurityOpt {
		if err := setSecurityOption(s, option); err != nil {
			return fmt.Errorf("invalid security option %q: %w", option, err)
		}
	}
	if ptr.Deref(s.Privileged, false) && !ptr.Deref(s.AllowPrivilegeEscalation, true) {
		return fmt.Errorf("a privileged container has all rights, so it cannot be kept from new ones (no-new-privileges); leave out one of the two")
	}
	return nil
}

func (c *Container) securityFrom(s *corev1.SecurityContext) {
	if s == nil {
		return
	}
	if s.RunAsUser != nil {
		c.User = fmt.Sprint(*s.RunAsUser)
		if s.RunAsGroup != nil {
			c.User += fmt.Sprintf(":%d", *s.RunAsGroup)
		}
	}
	c.Privileged, c.ReadOnly = orNil(ptr.Deref(s.Privileged, false)), orNil(ptr.Deref(s.ReadOnlyRootFilesystem, false))
	if s.Capabilities != nil {
		for _, name := range s.Capabilities.Add {
			c.CapAdd = append(c.CapAdd, string(name))
		}
		for _, name := range s.Capabilities.Drop {
			c.CapDrop = append(c.CapDrop, string(name))
		}
	}
	c.SecurityOpt = securityOptions(s)
}

// seccomp and AppArmor name their profiles alike.
const (
	unconfined     = "unconfined"
	runtimeDefault = "runtime/default"
)

// CheckSecurityOption refuses what is not an option.
func CheckSecurityOption(option string) error {
	return setSecurityOption(&corev1.SecurityContext{}, option)
}

// setSecurityOption reads an option as docker writes it.
func setSecurityOption(s *corev1.SecurityContext, option string) error {
	key, value, _ := strings.Cut(option, "=")
	if old, also, ok := strings.Cut(key, ":"); ok { // docker's older form
		key, value = old, also
	}
	switch {
	case key == "no-new-privileges" && slices.Contains([]string{"", "true"}, value):
		s.AllowPrivilegeEscalation = new(false)
	case key == "seccomp" && value != "":
		s.SeccompProfile = &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeLocalhost, LocalhostProfile: &value}
		if word, ok := map[string]corev1.SeccompProfileType{unconfined: corev1.SeccompProfileTypeUnconfined, runtimeDefault: corev1.SeccompProfileTypeRuntimeDefault}[value]; ok {
			s.SeccompProfile = &corev1.SeccompProfile{Type: word}
		}
	case key == "apparmor" && value != "":
		s.AppArmorProfile = &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeLocalhost, LocalhostProfile: &value}
		if word, ok := map[string]corev1.AppArmorProfileType{unconfined: corev1.AppArmorProfileTypeUnconfined, runtimeDefault: corev1.AppArmorProfileTypeRuntimeDefault}[value]; ok {
			s.AppArmorProfile = &corev1.AppArmorProfile{Type: word}
		}
	case key == "label":
		return setLabelOption(s, value)
	default:
		return fmt.Errorf("want no-new-privileges, seccomp=PROFILE, apparmor=PROFILE or label=user|role|type|level:VALUE; PROFILE is unconfined, runtime/default or one of the node's")
	}
	return nil
}

func setLabelOption(s *corev1.SecurityContext, label string) error {
	kind, value, _ := strings.Cut(label, ":")
	if s.SELinuxOptions == nil {
		s.SELinuxOptions = &corev1.SELinuxOptions{}
	}
	to, known := map[string]*string{
		"user": &s.SELinuxOptions.User, "role": &s.SELinuxOptions.Role, "type": &s.SELinuxOptions.Type, "level": &s.SELinuxOptions.Level,
	}[kind]
	if !known || value == "" {
		return fmt.Errorf("want label=user:, role:, type: or level: with a value; Kubernetes cannot switch SELinux off for one container")
	}
	*to = value
	return nil
}

func securityOptions(s *corev1.SecurityContext) []string {
	var options []string
	if s.AllowPrivilegeEscalation != nil && !*s.AllowPrivilegeEscalation {
		options = append(options, "no-new-privileges")
	}
	if p := s.SeccompProfile; p != nil {
		options = append(options, "seccomp="+profile(string(p.Type), p.LocalhostProfile))
	}
	if p := s.AppArmorProfile; p != nil {
		options = append(options, "apparmor="+profile(string(p.Type), p.LocalhostProfile))
	}
	if l := s.SELinuxOptions; l != nil {
		for _, part := range []struct{ kind, value string }{{"user", l.User}, {"role", l.Role}, {"type", l.Type}, {"level", l.Level}} {
			if part.value != "" {
				options = append(options, "label="+part.kind+":"+part.value)
			}
		}
	}
	return options
}

func profile(kind string, local *string) string {
	switch {
	case local != nil:
		return *local
	case kind == string(corev1.SeccompProfileTypeUnconfined):
		return unconfined
	}
	return runtimeDefault
}
