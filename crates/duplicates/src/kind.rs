//! What a column holds.

/// What a field is about, and so how two of its values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A given name, or several.
    GivenName,
    /// A family name, or two.
    Surname,
    /// The whole name of a person or of whoever the customer is.
    FullName,
    /// The name of an organisation, a shop, an establishment.
    Organisation,
    /// The day somebody was born.
    BirthDate,
    /// A number the state or the tax office gave.
    OfficialId,
    /// An e-mail address, or several.
    Mail,
    /// A telephone number, or several.
    Phone,
    /// A street, with or without the number.
    Street,
    /// The number in the street.
    HouseNumber,
    /// A second line of an address.
    AddressLine,
    /// A town.
    City,
    /// A postal code.
    PostalCode,
    /// A province or state.
    Region,
    /// A country.
    Country,
    /// The type of business, or another word that groups customers.
    Category,
}

impl Kind {
    /// Whether the field is a person's own: a household does not share it.
    pub(crate) fn is_own(self) -> bool {
        matches!(
            self,
            Self::GivenName | Self::FullName | Self::BirthDate | Self::OfficialId
        )
    }

    /// Whether the field is the same for many: the town, the region, the type of business.
    pub(crate) fn is_area(self) -> bool {
        matches!(
            self,
            Self::City | Self::PostalCode | Self::Region | Self::Country | Self::Category
        )
    }

    /// Whether people of one household, or shops of one house, may share the field.
    pub(crate) fn is_shared(self) -> bool {
        self.is_area()
            || matches!(
                self,
                Self::Surname
                    | Self::Organisation
                    | Self::Mail
                    | Self::Phone
                    | Self::Street
                    | Self::HouseNumber
                    | Self::AddressLine
            )
    }

    /// Whether one house is one by this field.
    pub(crate) fn is_of_house(self) -> bool {
        matches!(self, Self::Phone | Self::Street | Self::HouseNumber)
    }

    /// Whether the field names somebody.
    pub(crate) fn is_name(self) -> bool {
        matches!(
            self,
            Self::GivenName | Self::FullName | Self::Surname | Self::Organisation
        )
    }

    /// Whether two that differ in it are hardly the same customer, whatever else agrees.
    pub(crate) fn is_identity(self) -> bool {
        self.is_name() || matches!(self, Self::BirthDate | Self::OfficialId)
    }

    /// Whether the field confirms that two of one name are one: father and son have the same address.
    pub(crate) fn confirms(self) -> bool {
        matches!(
            self,
            Self::Phone | Self::Mail | Self::BirthDate | Self::OfficialId
        )
    }

    /// Whether a cell may hold several values, each of which is enough.
    pub(crate) fn is_list(self) -> bool {
        matches!(self, Self::Mail | Self::Phone | Self::HouseNumber)
    }
}
