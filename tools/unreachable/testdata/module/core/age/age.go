package age

// Adult is used by a program.
func Adult() {}

// Child is used by a test only.
func Child() {} // want unreachable
