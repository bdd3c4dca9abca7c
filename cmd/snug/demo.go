package main

type demoCmd struct {
	Pause bool `help:"Wait for a key between the steps."`
}

// Run does `snug demo`.
func (d *demoCmd) Run() int { return 0 }
