//! Deliberate mistakes of the second evaluator. The comparison must find each of them.

use std::cell::Cell;

macro_rules! mutations {
    ($($name:ident),+ $(,)?) => {
        /// One mistake.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Mutation {
            $($name),+
        }

        pub const ALL: &[Mutation] = &[$(Mutation::$name),+];
    };
}

mutations! {
    AccountNamesTheCaller,
    AccountsHaveNoPartition,
    ActionCaseCounts,
    AnyOfEmptyHolds,
    AllOfEmptyFails,
    ArnNotSplit,
    BoundaryIsIgnored,
    BoundaryOnNotPrincipalIsIgnored,
    CaseCounts,
    ContradictionIsIgnored,
    DefaultIsIgnored,
    DenyIsIgnoredInResourcePolicies,
    EmptyTagIsAValue,
    FirstStatementDecides,
    FutureSecondFactorCounts,
    HandSetOwnerCounts,
    IfExistsIsIgnored,
    IfExistsHoldsForEmpty,
    MissingKeyFailsNegated,
    MissingVariableIsEmpty,
    MissingVariableMatchesNotResource,
    NegatedIsAnyOf,
    NullIsInverted,
    NullOfEmptyIsFalse,
    NumbersAreTexts,
    OneOfTheKeysIsEnough,
    OneLevelIsEnough,
    PartitionIsIgnored,
    PrefixIsIgnored,
    NarrowDeny,
    RoleIsLimitedByNothing,
    RootNeedsAllowance,
    SessionIsIgnored,
    UnclearDenyIsIgnored,
    UnknownOwnerHasNoKey,
    UnknownOwnerIsMine,
    VariablesInOldVersion,
    WildcardsInEquals,
    WildcardsTakeColons,
    WildcardsInValuesCount,
}

thread_local! {
    static CURRENT: Cell<Option<Mutation>> = const { Cell::new(None) };
}

/// Whether this mistake is switched on.
pub fn is(mutation: Mutation) -> bool {
    CURRENT.with(Cell::get) == Some(mutation)
}

/// Runs with one mistake switched on.
pub fn with<T>(mutation: Mutation, run: impl FnOnce() -> T) -> T {
    CURRENT.with(|current| current.set(Some(mutation)));
    let result = run();
    CURRENT.with(|current| current.set(None));
    result
}
