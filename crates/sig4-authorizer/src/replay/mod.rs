//! Stores of used signatures: in memory for one replica, and in Valkey or Redis for several.
