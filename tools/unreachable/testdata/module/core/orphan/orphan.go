package orphan

// Parse is in a package that nothing imports.
func Parse() {} // want unreachable
