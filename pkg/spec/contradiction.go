package spec

// Check refuses what does not go together, whatever it is written over.
func (r Revision) Check() error {
	return r.Container.Check()
}

// Check refuses what does not go together in a container.
func (c Container) Check() error {
	return c.checkCapabilities()
}
