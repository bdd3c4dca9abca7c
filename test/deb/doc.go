// Package deb installs the Debian package where nothing else is, and looks.
//
// # Theory of operation
//
// A package that works on the machine it was made on proves little. Here one is made twice, to
// the same bytes; lintian looks at it; and it is installed with apt into a fresh Debian root
// (mmdebstrap makes one, with apt's own signatures, in a user namespace), runs a command as an
// ordinary user of that root, and is purged again, which has to leave nothing.
//
// Nobody is root for that, and no mount is made in the machine's own namespace: the room in
// which the Debian root is the root is snug's (--rootfs, --map-auto), which lets the snug
// inside have user namespaces of its own (--allow-userns).
//
// The build tag is deb. `make test-deb` installs what is needed, which takes a minute, and
// needs the network for Debian's packages.
package deb
