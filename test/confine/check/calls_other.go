//go:build !amd64

package check

// oldCode of other architectures has other names.
var oldCode []unwanted
